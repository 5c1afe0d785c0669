// SPDX-License-Identifier: Apache-2.0
import { throwIfCancelled, type FoundServer } from '../../contract';
import { Connection, type ConnectionOptions } from './connection';
import { describe } from './describe';

/** The default ports of Ollama, LM Studio, llama.cpp, vLLM and transformers, SGLang. */
export const LOCAL_PORTS = [11434, 1234, 8080, 8000, 30000] as const;

/**
 * Time limits in milliseconds for a server on this machine. `facts` applies again to each model of a server that lists
 * many.
 */
const PATIENCE = { connect: 500, facts: 1500 };

/**
 * Queries the known ports of this machine, all at once, and no other machine. Programs that are not model servers, ask
 * for a key, or do not answer in time are left out.
 * @throws cancelled.
 */
export async function findLocalServers({
  ports = LOCAL_PORTS,
  signal,
  ...options
}: { ports?: readonly number[]; signal?: AbortSignal } & ConnectionOptions = {}): Promise<FoundServer[]> {
  const asked = ports.map(async (port): Promise<FoundServer | null> => {
    const url = `http://127.0.0.1:${port}`;
    try {
      const connection = new Connection({ url }, { retries: [], patience: PATIENCE, ...options });
      return { url, ...(await describe(connection, signal)) };
    } catch {
      throwIfCancelled(signal);
      return null;
    }
  });
  return (await Promise.all(asked)).filter((found) => found !== null);
}
