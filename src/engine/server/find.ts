// SPDX-License-Identifier: Apache-2.0
import { throwIfCancelled } from '../../contract';
import { Connection, type ConnectionOptions } from './connection';
import { describe } from './describe';
import type { ServerDescription } from './description';

/** Where each program listens unless told otherwise: Ollama, LM Studio, llama.cpp, vLLM and transformers, SGLang. */
export const LOCAL_PORTS = [11434, 1234, 8080, 8000, 30000] as const;

export interface FoundServer extends ServerDescription {
  url: string;
}

/** Milliseconds for whatever answers on this machine; one that lists many models may take as long again for each. */
const PATIENCE = { connect: 500, facts: 1500 };

/**
 * Asks the known ports of this machine, and no other, all at once. What is no model server, asks for a key or does not
 * answer in time is left out.
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
