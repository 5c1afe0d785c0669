// SPDX-License-Identifier: Apache-2.0
import type { Secret } from '../../network';

export { placeOf, type ServerPlace } from '../../contract';

/** A server as entered by the user. */
export interface ServerAddress {
  /** With or without `/v1` at the end. Without a scheme, http is used. */
  url: string;
  key?: Secret | undefined;
}
