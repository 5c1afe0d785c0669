import type { EngineCall, EngineEvent, EngineRequest, EngineResponse } from '../contract';
import { openVideo, thumbnails } from '../media';
import type { Engine } from './engine';
import { frameItems, inspectFile, photoItem, viewItem } from './items';
import { TextPacer } from './text-pacer';

export type EngineHandlers = {
  [N in EngineCall]: (
    request: EngineRequest<N>,
    emit: (event: EngineEvent<N>) => void,
    signal: AbortSignal,
  ) => Promise<EngineResponse<N>>;
};

/** What each call of the engine's process does. */
export function engineHandlers(engine: Engine): EngineHandlers {
  const { pictures } = engine;
  return {
    'model.load': ({ folder, bundled }, emit, signal) => engine.load(folder, { bundled, signal, onProgress: emit }),
    measure: async ({ turns }) => engine.measure(turns),
    ask: async (request, emit, signal) => {
      const text = new TextPacer((delta) => emit({ type: 'text', delta }));
      const answer = await engine.ask(request, {
        signal,
        onProgress: (progress) => emit({ type: 'progress', progress }),
        onText: (delta) => text.add(delta),
      });
      text.flush();
      return answer;
    },
    'file.inspect': ({ path }) => inspectFile(path),
    'video.open': async ({ path }, emit, signal) => {
      const index = await openVideo(path, { signal, onProgress: emit });
      const { frameCount, duration, width, height, averageFps, codec, hasAudio, notes } = index;
      return { frameCount, duration, width, height, fps: averageFps, codec, hasAudio, notes: notes.map(({ text }) => text) };
    },
    'video.thumbnails': async ({ path, count, height }, emit, signal) => {
      const index = await openVideo(path, { signal });
      for await (const { time, jpeg } of thumbnails(path, index, { count, height, signal })) {
        emit({ time, jpeg: Uint8Array.from(jpeg) }); // a copy: memory shared with WebAssembly cannot cross a process
      }
    },
    'video.sample': ({ path, source, plan }, emit, signal) => frameItems(path, source, plan, pictures, { signal, onProgress: emit }),
    'photo.read': ({ path, source }) => photoItem(path, source, pictures),
    'view.add': ({ capture, source }) => viewItem(capture, source, pictures),
  };
}
