// SPDX-License-Identifier: Apache-2.0
/** The parts of the section about servers in Settings. */
export { AddServer } from './AddServer';
export { FindServers } from './FindServers';
export { ServerCard, toggleOf } from './ServerCard';
export { KeyInput, TextInput } from './TextInput';
export { useJob } from './use-job';
