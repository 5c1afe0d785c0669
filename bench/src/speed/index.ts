// SPDX-License-Identifier: Apache-2.0
/** How fast Zoetrope is, compared with named peers and with the machine's own limits. */

export { printSpeed } from './print';
export { serveSubject } from './serve';
export type { Size } from './shapes';
export { PROGRAMS, type Program } from './subjects';
export { measureSpeed, METRICS, type Metric, type SpeedOptions, type SpeedReport } from './speed';
