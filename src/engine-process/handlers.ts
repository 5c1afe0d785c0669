// SPDX-License-Identifier: Apache-2.0
import { dirname, join } from 'node:path';
import { paced, throwIfCancelled, type EngineHandlers, type OnProgress } from '../contract';
import {
  cutClip,
  FileCache,
  frameAt,
  keptThumbnails,
  renderingFor,
  makePreview,
  openVideo,
  PEAKS_PER_SECOND,
  previewWay,
  readCues,
  sourceThumbnail,
  subtitleTracks,
  waveform,
  type VideoIndex,
} from '../media';
import {
  commandFor,
  Composer,
  exportPictures,
  frameItems,
  admitPictures,
  inspectFile,
  photoItem,
  PictureStore,
  plannedTimes,
  tileItems,
  viewItem,
  writePasses,
  writeViews,
  type Engine,
} from '../engine';
import { ModelFolders } from '../model';
import { checkBudget } from '../sequence';
import { hubHandlers } from './hub-handlers';
import { serverHandlers } from './server-handlers';
import { servingHandlers, type ServedPictures } from './serving-handlers';
import { TextPacer } from './text-pacer';

/** Limit for playable copies, unpacked copies and waveforms, in bytes. */
const CACHE_BYTES = 4e9;
/** Limit for thumbnails, in bytes: enough for a thousand videos. */
const STRIP_BYTES = 128e6;
/** Limit for frame indexes, in bytes: enough for some hundred hours. */
const INDEX_BYTES = 128e6;

/**
 * The handlers of the engine's calls. `previews` is the folder of playable copies and waveforms; thumbnails and frame
 * indexes are kept beside it.
 */
export function engineHandlers(engine: Engine, previews: string, served: ServedPictures): EngineHandlers {
  const cache = new FileCache(previews, CACHE_BYTES);
  const strips = new FileCache(join(dirname(previews), 'thumbnails'), STRIP_BYTES);
  const kept = { indexes: new FileCache(join(dirname(previews), 'indexes'), INDEX_BYTES), copies: cache };
  const open = (path: string, signal: AbortSignal, onProgress?: OnProgress): Promise<VideoIndex> =>
    openVideo(path, { signal, onProgress: onProgress && paced(onProgress), ...kept });
  const composer = new Composer((path) => openVideo(path, kept));
  const { pictures } = engine;
  return {
    ...serverHandlers(composer, pictures),
    ...hubHandlers(ModelFolders.of(dirname(previews))),
    ...servingHandlers({ engine, ...served, reading: kept }),
    'model.load': ({ folder, bundled, device, anyway, precision, threads, limits }, emit, signal) => {
      engine.limit(limits);
      return engine.load(folder, {
        bundled,
        device,
        anyway,
        precision,
        threads: threads ?? undefined,
        signal,
        onProgress: emit,
        onNeeds: emit,
      });
    },
    'model.speed': (_request, _emit, signal) => engine.measureSpeed(signal),
    'memory.limit': async (limits) => engine.limit(limits),
    'memory.use': () => engine.memory(),
    'memory.forget': async () => {
      await engine.forgetFeatures();
      return engine.memory();
    },
    measure: async (composition) => {
      const { turns } = await composer.composeAnyway(composition, engine.captions);
      return engine.measure(turns, composition.system);
    },
    ask: async ({ composition, sampling, anyway }, emit, signal) => {
      const { turns, parts, subtitles } = await composer.compose(composition, signal, engine.captions);
      const { system } = composition;
      const budget = await engine.measure(turns, system);
      if (budget) checkBudget(budget, anyway);
      throwIfCancelled(signal);
      emit({ type: 'accepted', parts });
      const request = { turns, system, sampling, anyway, ...(subtitles.length > 0 && { subtitles }) };
      const text = new TextPacer((delta) => emit({ type: 'text', delta }));
      const answer = await engine.ask(request, {
        signal,
        onProgress: (progress) => emit({ type: 'progress', progress }),
        onText: (delta) => text.add(delta),
        onDevice: (model) => emit({ type: 'device', model }),
      });
      text.flush();
      const { frameTimes, segmentLabels } = composition.captions;
      return {
        ...answer,
        receipt: { ...answer.receipt, composed: { system: system ?? null, frameTimes, segmentLabels } },
      };
    },
    'file.inspect': ({ path }) => inspectFile(path),
    'source.thumbnail': async ({ source: { path } }, _emit, signal) => {
      const jpeg = await sourceThumbnail(path, strips, { signal });
      return jpeg && Uint8Array.from(jpeg);
    },
    'video.open': async ({ source }, emit, signal) => {
      const index = await open(source.path, signal, emit);
      const { frameCount, duration, width, height, averageFps, startTime, codec, hasAudio, notes } = index;
      const { note } = await renderingFor(index, signal);
      return {
        frameCount,
        duration,
        width,
        height,
        fps: averageFps,
        startTime,
        codec,
        hasAudio,
        notes: note ? [...notes, note] : notes,
      };
    },
    'video.thumbnails': async ({ source: { path }, count, height, range }, emit, signal) => {
      const index = await open(path, signal);
      for await (const { time, jpeg } of keptThumbnails(path, index, { count, height, range, signal }, strips)) {
        emit({ time, jpeg: Uint8Array.from(jpeg) }); // a copy, because memory shared with WebAssembly cannot be sent to another process
      }
    },
    'video.waveform': async ({ source: { path } }, _emit, signal) => {
      const index = await open(path, signal);
      return { perSecond: PEAKS_PER_SECOND, peaks: await waveform(path, index, cache, { signal }) };
    },
    'preview.make': async ({ source: { path }, failed }, emit, signal) => {
      const index = await open(path, signal);
      const way = previewWay(index, failed);
      if (way === 'original') return { way, file: null };
      return makePreview(path, index, way, cache, { signal, onProgress: paced(emit) });
    },
    'video.subtitles': async ({ source: { path, subtitles } }, _emit, signal) =>
      subtitleTracks(path, await open(path, signal), subtitles),
    'video.cues': async ({ source: { path, subtitles }, track, encoding }, _emit, signal) =>
      readCues(path, await open(path, signal), subtitles, track, { signal, encoding }),
    'video.sample': ({ source, plan }, emit, signal) =>
      frameItems(source.path, source.ref, plan, pictures, { signal, onProgress: paced(emit), ...kept }),
    'video.frameTimes': async ({ source }, _emit, signal) => {
      const index = await open(source.path, signal);
      return new Uint8Array(Float64Array.from({ length: index.frameCount }, (_, i) => frameAt(index, i).time).buffer);
    },
    'video.plan': ({ source, plan }, _emit, signal) => plannedTimes(source.path, plan, { signal, ...kept }),
    'clip.write': async ({ source: { path }, range, way, file }, emit, signal) => {
      const index = await open(path, signal);
      const { start, end } = await cutClip(path, index, { range, way, file }, { signal, onProgress: paced(emit) });
      return { start, end };
    },
    'pictures.admit': ({ folder, pictures: named }, _emit, signal) =>
      admitPictures(new PictureStore(folder), named, pictures, signal),
    'pictures.export': (request, emit, signal) =>
      exportPictures(request, pictures, { signal, onProgress: paced(emit) }),
    'video.command': async ({ source: { path, ref }, places }, _emit, signal) => ({
      command: await commandFor(path, ref.name, places, { signal, ...kept }),
    }),
    'views.export': (request, emit, signal) => writeViews(request, pictures, { signal, onProgress: emit }),
    'views.passes': ({ file, picture, passes, kinds, depthUnit }) =>
      writePasses(file, picture, passes, kinds, depthUnit),
    'picture.tiles': async ({ item }) => ({ items: await tileItems(item, engine.inputSize ?? Infinity, pictures) }),
    'photo.item': ({ source, transparency, crop }) =>
      photoItem(source.path, source.ref, pictures, { transparency, crop: crop && { unit: 'pixel', ...crop } }),
    'view.add': (capture) => viewItem(capture, capture.source.ref, pictures),
  };
}
