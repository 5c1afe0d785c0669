// SPDX-License-Identifier: Apache-2.0
import { ZoetropeError, type Reply } from '../../contract';

/** The value of an answer from the main process; an error among them is thrown as what it is. */
export function valueOf<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value;
  throw ZoetropeError.from(reply.error);
}
