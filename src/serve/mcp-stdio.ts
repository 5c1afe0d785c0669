// SPDX-License-Identifier: Apache-2.0
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { Readable, Writable } from 'node:stream';
import type { Answerer } from './answerer';
import { mcpServer } from './mcp-tools';

/** Bytes of one message; a picture may be sent with a question. */
const MOST_BYTES = 64e6;

/**
 * Serves the Model Context Protocol over two streams, of which the second carries nothing else. Resolves when the first
 * ends or the signal fires, and all calls have ended.
 */
export async function serveMcp(
  answerer: Answerer,
  { input, output }: { input: Readable; output: Writable },
  signal: AbortSignal,
): Promise<void> {
  const handle = serveStdio(() => mcpServer(answerer), {
    transport: new StdioServerTransport(input, output, { maxBufferSize: MOST_BYTES }),
    onerror: (error) => answerer.options.log(`mcp: ${error.name}`),
  });
  await new Promise<void>((resolve) => {
    const end = (): void => resolve();
    if (signal.aborted) return end();
    signal.addEventListener('abort', end, { once: true });
    for (const event of ['end', 'close', 'error']) input.once(event, end);
    output.once('error', end);
  });
  await handle.close();
  await answerer.settled();
}
