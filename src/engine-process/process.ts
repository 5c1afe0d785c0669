// SPDX-License-Identifier: Apache-2.0
import { dirname, join } from 'node:path';
import { EngineInbound, say, toErrorInfo, ZoetropeError, type EngineOutbound } from '../contract';
import { stopFfmpeg } from '../media';
import { chooseRuntime } from '../runtime';
import { Engine, PictureStore } from '../engine';
import { engineHandlers } from './handlers';

/**
 * The engine as a separate process. Electron's main process starts it and makes the calls that the table of calls gives
 * to the engine.
 */

const port = process.parentPort;
const folder = (option: string): string => {
  const value = process.argv.includes(option) ? process.argv[process.argv.indexOf(option) + 1] : undefined;
  if (value === undefined) throw new Error('usage: engine --pictures DIR --previews DIR');
  return value;
};

const pictures = folder('--pictures');
/** Pictures of other programs' questions are kept apart, so that they can be removed. */
const servedPictures = join(dirname(pictures), 'served-pictures');
const store = new PictureStore(servedPictures);
const engine = new Engine(pictures, {
  otherPictures: store,
  featuresFolder: join(dirname(pictures), 'features'),
  hashesFile: join(dirname(pictures), 'hashes.json'),
});
type Handler = (request: unknown, emit: (event: unknown) => void, signal: AbortSignal) => unknown;
const handlers = new Map(
  Object.entries(engineHandlers(engine, folder('--previews'), { store, pictures: servedPictures })) as [
    string,
    Handler,
  ][],
);
const running = new Map<number, AbortController>();
const send = (message: EngineOutbound): void => port.postMessage(message);

/** The request is not parsed here: the main process made or parsed it, and both are one program. */
async function serve(id: number, name: string, request: unknown): Promise<void> {
  const abort = new AbortController();
  running.set(id, abort);
  try {
    const handler = handlers.get(name);
    if (!handler)
      throw new ZoetropeError('bad-request', say`The engine does not know this request.`, say`Restart Zoetrope.`, name);
    const value = await handler(request, (event) => send({ type: 'event', id, event }), abort.signal);
    send({ type: 'done', id, value });
  } catch (error) {
    send({ type: 'error', id, error: toErrorInfo(error) });
  } finally {
    running.delete(id);
  }
}

port.on('message', ({ data }: { data: unknown }) => {
  const message = EngineInbound.parse(data);
  if (message.type === 'ping') send({ type: 'pong' });
  else if (message.type === 'cancel') running.get(message.id)?.abort();
  else void serve(message.id, message.name, message.request);
});
process.once('exit', stopFfmpeg);
process.once('SIGTERM', () => {
  stopFfmpeg();
  process.kill(process.pid, 'SIGTERM'); // this handler was registered once and is gone, so the signal ends the process at once, even while the model runs
});
const { reason } = chooseRuntime();
if (reason !== undefined) process.stderr.write(`ONNX Runtime is not called natively: ${reason}\n`); // goes to the log
send({ type: 'ready' });
