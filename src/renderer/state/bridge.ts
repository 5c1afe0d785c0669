// SPDX-License-Identifier: Apache-2.0
import { type ErrorInfo, type Reply, toErrorInfo } from '../../contract';
import { notify } from './notices';

export const bridge = () => window.zoetrope;

/** Makes a call and returns its reply; an exception of the bridge becomes an error reply. */
export async function attempt<T>(call: () => Promise<Reply<T>>): Promise<Reply<T>> {
  try {
    return await call();
  } catch (thrown) {
    return { ok: false, error: toErrorInfo(thrown) };
  }
}

/** The value of a call, or undefined after the error has been shown to the user. */
export async function unwrap<T>(call: () => Promise<Reply<T>>, onError: (error: ErrorInfo) => void = notify) {
  const reply = await attempt(call);
  if (reply.ok) return reply.value;
  if (reply.error.code !== 'cancelled') onError(reply.error);
  return undefined;
}
