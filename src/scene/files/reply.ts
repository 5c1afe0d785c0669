// SPDX-License-Identifier: Apache-2.0
import { ZoetropeError, type Reply } from '../../contract';

/** Returns the value of a reply from the main process, or throws its error. */
export function valueOf<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value;
  throw ZoetropeError.from(reply.error);
}
