import { z } from 'zod';
import { Budget, ModelInfo, Placement } from './ask';
import { BackupInfo } from './backup';
import { Device } from './device';
import {
  AskedStrategy,
  CameraPose,
  Id,
  Item,
  NumberedItem,
  pictureName,
  PlannedViewSchema,
  Seed,
  UpAxis,
  Vec3,
  ViewFacts,
  type PictureRef,
} from './items';
import { SceneLook, STANDARD_LOOK } from './look';
import { Happened } from './happened';
import {
  Bytes,
  ExportFormat,
  PreviewWay,
  SamplingPlan,
  Segments,
  Thumbnail,
  TimeRange,
  VideoInfo,
  VideoNote,
  Waveform,
} from './media';
import { MemoryUse, ModelNeeds } from './memory';
import { SceneSetup } from './scene';
import { SceneListing } from './scene-files';
import { ReadCues, SubtitleTrack, TextEncodingName } from './subtitles';
import { Passes } from './passes';
import { ConversationFormat } from './conversation-file';
import { Draft, Message, Project, ProjectSummary, Settings } from './project';
import { VideoSetup } from './video';
import { ErrorInfo, ProgressInfo, Sentence, ShownError } from './wire';

/**
 * Everything the window may ask of the main process. A `call` answers once; a `stream` may send events first
 * and can be cancelled. Requests are checked on arrival in the main process, answers on the way out.
 */

export interface CallSpec {
  request: z.ZodType;
  response: z.ZodType;
}
export interface StreamSpec extends CallSpec {
  event: z.ZodType;
}

const none = z.undefined();
const nothing = z.void();
const Added = z.object({ project: Project, refused: z.array(z.object({ name: z.string(), error: ShownError })) });

/** What one step of answering tells the window. */
export const AnswerEvent = z.discriminatedUnion('type', [
  /** The question was saved; the answer will grow in `answer`. */
  z.object({ type: z.literal('started'), question: Message, answer: Message }),
  z.object({ type: z.literal('progress'), progress: ProgressInfo }),
  z.object({ type: z.literal('text'), delta: z.string() }),
]);
export type AnswerEvent = z.infer<typeof AnswerEvent>;

export const EngineStatus = z.discriminatedUnion('state', [
  z.object({ state: z.literal('starting') }),
  /** A device is being tried, in a process of its own, before the model is loaded. */
  z.object({ state: z.literal('trying'), device: Device }),
  z.object({ state: z.literal('loading'), progress: ProgressInfo.nullable(), needs: ModelNeeds.nullable() }),
  z.object({ state: z.literal('ready'), model: ModelInfo }),
  /** It died and is being started again; an answer under way was lost, nothing else. */
  z.object({ state: z.literal('restarting'), reason: Sentence }),
  z.object({ state: z.literal('failed'), error: ShownError }),
]);
export type EngineStatus = z.infer<typeof EngineStatus>;

export const SampleInfo = z.object({
  id: Id,
  kind: z.enum(['video', 'images', 'scene']),
  title: z.object({ en: z.string(), zh: z.string() }),
  questions: z.array(z.string()),
});
export type SampleInfo = z.infer<typeof SampleInfo>;

export const AppState = z.object({
  version: z.string(),
  platform: z.string(),
  locale: z.string(),
  project: Project,
  settings: Settings,
  /** Whether what is saved outlives the app; if not, a notice said why. */
  keeps: z.boolean(),
  samples: z.array(SampleInfo),
  engine: EngineStatus,
});
export type AppState = z.infer<typeof AppState>;

/** One rendered view on its way to the picture store. `rgba` is top row first, width x height x 4 bytes. */
export const ViewCapture = ViewFacts.extend({ source: Id, rgba: Bytes, passes: Passes.optional() });
export type ViewCapture = z.infer<typeof ViewCapture>;

/** A camera that was not planned here, in the file's own axes: it is taken as it is. */
export const GivenCamera = z.object({
  cameraToWorld: CameraPose.shape.cameraToWorld,
  /** Full vertical angle, degrees. */
  fovY: z.number().positive().max(179),
  width: z.number().int().positive().max(8192),
  height: z.number().int().positive().max(8192),
});
export type GivenCamera = z.infer<typeof GivenCamera>;

/** What the hidden capture window renders: `size` is the edge of the square picture in pixels. */
export const CaptureJob = z.object({
  /** `survey` looks from everywhere and takes no picture. */
  task: z.enum(['views', 'survey']).default('views'),
  /** For the strategy `file`, instead of the cameras in the scene's own file. */
  cameras: z.array(GivenCamera).max(512).optional(),
  /** Instead of any strategy: exactly these, as they were taken of another scene. */
  views: z.array(PlannedViewSchema).max(512).optional(),
  /** Shows this axis of the file as up instead of the one it means. */
  up: UpAxis.optional(),
  /** Counts coordinates from this place of the file, as those of the scene it is compared with are. */
  origin: Vec3.optional(),
  look: SceneLook.default(STANDARD_LOOK),
  /** Also depths, normals and object numbers. */
  passes: z.boolean().default(false),
  source: Id,
  /** Null leaves it to what the scene is: a thing to walk round, or a room to stand in. */
  strategy: AskedStrategy.nullable(),
  count: z.number().int().min(1).max(512),
  size: z.number().int().min(16).max(4096),
  seed: Seed,
});
export type CaptureJob = z.infer<typeof CaptureJob>;

const pieces = z.array(z.number().int().nonnegative());
/** Which pieces of a scene's surface (src/capture/pieces.ts) are seen from where. */
export const SceneSurvey = z.object({
  /** From each place that is worth looking from. */
  seen: z.array(pieces),
  /** From as many evenly spaced places as were asked for. */
  spaced: z.array(pieces),
  /** What each piece that is seen is worth. */
  worth: z.array(z.tuple([z.number().int().nonnegative(), z.number()])),
});
export type SceneSurvey = z.infer<typeof SceneSurvey>;

/** How long a capture took, milliseconds: to read the scene, to choose the views, to take them. */
export const CaptureTimings = z.object({ load: z.number(), plan: z.number(), render: z.number() });
export type CaptureTimings = z.infer<typeof CaptureTimings>;

export const CaptureResult = z.object({
  error: ErrorInfo.nullable(),
  timings: CaptureTimings.optional(),
  /** Where in the file its coordinates are counted from. */
  origin: Vec3.optional(),
  objects: z.array(z.string()).optional(),
  /** What was left out or assumed of the scene and its views. */
  notes: z.array(Sentence).default([]),
  /** Files the scene names and that were not there. */
  missing: z.array(z.string()).default([]),
});
/** As it is told; parsed, its lists are there. */
export type CaptureResult = z.input<typeof CaptureResult>;

const source = z.object({ source: Id });
/** Also where more memory is needed than is free. */
const anyway = z.boolean().default(false);
/** The question that this one is asked in place of, with all that came after it. */
const instead = Id.optional();

/** More than any model reads: only a page that went wrong sends as many. */
const MOST = 20_000;
const pictures = z.array(Item).max(MOST);
const numbered = z.array(NumberedItem).min(1).max(MOST);

export const calls = {
  /** Before anything else, where starts have gone wrong: without the last project, scene and model, or as usual. */
  'start.choose': { request: z.object({ plain: z.boolean() }), response: nothing },
  'app.state': { request: none, response: AppState },
  'settings.set': { request: Settings, response: Settings },

  /** Backups of the library, the newest first. */
  'library.backups': { request: none, response: z.array(BackupInfo) },
  'library.backup': { request: none, response: z.array(BackupInfo) },
  /** Puts back what a backup holds; what is there now becomes a backup. */
  'library.restore': { request: z.object({ backup: Id }), response: Project },

  'project.list': { request: none, response: z.array(ProjectSummary) },
  'project.create': { request: z.object({ name: z.string().max(200) }), response: Project },
  'project.open': { request: z.object({ project: Id }), response: Project },
  /** Undoes the last `source.remove`, `conversation.clear`, or answer that took the place of earlier ones; the last once more does it again. */
  'project.putBack': { request: none, response: Project },
  'project.rename': { request: z.object({ name: z.string().min(1).max(200) }), response: Project },

  /** Shows the open dialog; an empty result means the user closed it. */
  'source.pick': { request: none, response: Added },
  /** The same for a folder: a scene with its files, or posed photographs. */
  'source.pickFolder': { request: none, response: Added },
  /** Files dropped on the window: the preload turns them into paths, which the page never sees. */
  'source.add': { request: z.object({ paths: z.array(z.string().min(1)).max(MOST) }), response: Added },
  'source.addSample': { request: z.object({ sample: Id }), response: Added },
  /** Takes a source out of the project; `project.putBack` brings it back with all that was made of it. */
  'source.remove': { request: source, response: Project },
  'source.activate': { request: z.object({ source: Id.nullable() }), response: nothing },
  /** Asks the user where a missing file went. */
  'source.locate': { request: source, response: Project },

  /** Which files make up a scene. */
  'scene.files': { request: source, response: SceneListing },
  /** Bytes of memory that the page's process holds, its workers' among them. */
  'scene.memory': { request: nothing, response: z.number() },
  /** Asks the user for files a scene lacks, and lets it use them; false when there were none. */
  'scene.addFiles': { request: source, response: z.boolean() },

  'tray.set': { request: z.object({ items: pictures }), response: nothing },
  'video.segments': { request: z.object({ source: Id, segments: Segments }), response: nothing },
  'scene.setup': { request: z.object({ source: Id, setup: SceneSetup }), response: nothing },
  'video.setup': { request: z.object({ source: Id, setup: VideoSetup }), response: nothing },
  /** Asks the user for a subtitle file of a video. What was opened is chosen; closing the dialog changes nothing. */
  'subtitles.pick': { request: source, response: Project },
  'view.add': { request: ViewCapture, response: Item },
  'photo.item': { request: source, response: Item },
  /** A large picture in parts, as many as the model gains by. */
  'picture.tiles': { request: z.object({ item: Item }), response: z.object({ items: z.array(Item) }) },

  /** Token use of the tray with this question, by the model's own tokenizer. Null while no model is loaded. */
  'conversation.measure': {
    request: z.object({ text: z.string().max(100_000), placement: Placement, instead }),
    response: Budget.nullable(),
  },
  'conversation.clear': { request: none, response: Project },
  /** What was written in the composer of a project, to be there again after a restart. */
  'draft.read': { request: z.object({ project: Id }), response: Draft },
  'draft.write': { request: z.object({ project: Id, draft: Draft }), response: nothing },
  /** Asks where to, and writes a contact sheet drawn by the window. Null: the user closed the dialog. */
  'export.sheet': { request: z.object({ png: Bytes }), response: z.object({ name: z.string() }).nullable() },
  /** Copies the ffmpeg commands that make these frames, one a video. */
  'export.command': { request: z.object({ items: pictures }), response: nothing },
  'receipt.copy': { request: z.object({ message: Id }), response: nothing },

  'model.pick': { request: none, response: ModelInfo.nullable() },
  'model.useBundled': { request: none, response: ModelInfo },
  /** Loads the model that was refused for want of memory. */
  'model.loadAnyway': { request: none, response: ModelInfo },
  /** Tries the devices once more, and loads the model where it then runs. */
  'model.tryDevices': { request: none, response: ModelInfo },

  /** Puts the passes of one view into the folder that `export.views` made. */
  'export.passes': {
    request: z.object({ ticket: Id, item: Id, passes: Passes, depthUnit: z.number().positive() }),
    response: nothing,
  },
  /** The folder is whole, with what its passes mean; null takes back what was written. */
  'export.viewsEnd': {
    request: z.object({ ticket: Id, about: z.record(z.string(), z.unknown()).nullable() }),
    response: nothing,
  },
  'memory.use': { request: none, response: MemoryUse },
  /** Forgets what was made of pictures, in memory and on disk. */
  'memory.forget': { request: none, response: MemoryUse },

  /** Shows a document that comes with the app, or a page from the fixed list, in the user's browser. */
  'app.openLink': { request: z.object({ link: z.enum(['licences', 'model-card']) }), response: nothing },

  'happened.read': { request: none, response: Happened },
  /** Copies it without anything of the user's. */
  'happened.copy': { request: none, response: nothing },
  /** Shows the log file in the system's file manager. */
  'happened.show': { request: none, response: nothing },

  /**
   * The hidden capture window (the command line's views): it asks for its job, hands over each view in order and
   * says when it is done. Refused to every other window, as everything else is refused to it.
   */
  'capture.job': { request: none, response: CaptureJob },
  'capture.view': { request: ViewCapture, response: nothing },
  'capture.survey': { request: SceneSurvey, response: nothing },
  /** A step of looking for places is done: the job goes on. */
  'capture.alive': { request: none, response: nothing },
  /** `objects`: the names of the numbers in ID passes, the first of them number 1. */
  'capture.finish': { request: CaptureResult, response: nothing },
} satisfies Record<string, CallSpec>;

export const streams = {
  'video.open': { request: source, event: ProgressInfo, response: VideoInfo },
  'video.thumbnails': {
    request: source.extend({
      count: z.number().int().min(1).max(200),
      height: z.number().int().min(16).max(256),
      range: TimeRange.optional(),
    }),
    event: Thumbnail,
    response: nothing,
  },
  'video.waveform': { request: source, event: z.never(), response: Waveform },
  /** Makes the video playable here. `failed` is what the player has tried in vain. */
  'video.preview': {
    request: source.extend({ failed: PreviewWay.nullable() }),
    event: ProgressInfo,
    response: z.object({ way: PreviewWay }),
  },
  /** The subtitles inside a video, beside it and opened with it. */
  'video.subtitles': { request: source, event: z.never(), response: z.array(SubtitleTrack) },
  'video.cues': {
    request: source.extend({ track: z.string().max(64), encoding: TextEncodingName.nullable() }),
    event: z.never(),
    response: ReadCues,
  },
  'video.sample': {
    request: source.extend({ plan: SamplingPlan }),
    event: ProgressInfo,
    response: z.object({ items: z.array(Item), notes: z.array(VideoNote) }),
  },
  /** When each frame is shown, as float64 seconds in the machine's byte order, so that the player can step by real frames. */
  'video.frameTimes': { request: source, event: z.never(), response: Bytes },
  /** When the frames of a plan are shown, without taking them. Not for where scenes change: that is seen in the pictures. */
  'video.plan': {
    request: source.extend({ plan: SamplingPlan }),
    event: z.never(),
    response: z.object({ times: z.array(z.number()) }),
  },
  /** Asks which folder, and writes pictures there; never over a file without asking. Null: the user changed their mind. */
  'export.pictures': {
    request: z.object({ items: numbered, format: ExportFormat }),
    event: ProgressInfo,
    response: z.object({ written: z.number().int(), folder: z.string() }).nullable(),
  },
  /** Asks where to, and writes the whole conversation there. Null: the user closed the dialog. */
  'export.conversation': {
    request: z.object({ format: ConversationFormat }),
    event: ProgressInfo,
    response: z.object({ name: z.string() }).nullable(),
  },
  /**
   * Asks where, and makes a new folder there with the views, their cameras for nerfstudio and COLMAP, and their receipts.
   * Null: the user changed their mind. It is ended with `export.viewsEnd`; `passes` are the views whose passes will follow.
   */
  'export.views': {
    request: z.object({ items: numbered, passes: z.array(Id) }),
    event: ProgressInfo,
    response: z.object({ ticket: Id, folder: z.string() }).nullable(),
  },
  'conversation.ask': {
    request: z.object({ text: z.string().max(100_000), placement: Placement, anyway, instead }),
    event: AnswerEvent,
    /** The finished answer, as saved. A stopped answer is an answer too. */
    response: Message,
  },
  /** Asks the last question again. Its answer is kept until the new one is there. */
  'conversation.regenerate': { request: z.object({ anyway }), event: AnswerEvent, response: Message },
} satisfies Record<string, StreamSpec>;

/** What the main process tells the window unasked. */
export const notices = {
  'engine.status': EngineStatus,
  'project.changed': Project,
  /** Something to tell the user: an engine restart, a recovered library. */
  'app.notice': z.object({ level: z.enum(['info', 'warning']), error: ShownError }),
  /** A menu entry or global key was chosen. */
  'menu.command': z.object({
    command: z.enum(['open', 'new-project', 'save-conversation', 'settings', 'sample', 'capture', 'stop', 'happened']),
  }),
} satisfies Record<string, z.ZodType>;

export type CallName = keyof typeof calls;
export type StreamName = keyof typeof streams;
export type NoticeName = keyof typeof notices;
export type Request<N extends CallName> = z.input<(typeof calls)[N]['request']>;
export type Response<N extends CallName> = z.output<(typeof calls)[N]['response']>;
export type StreamRequest<N extends StreamName> = z.input<(typeof streams)[N]['request']>;
export type StreamEvent<N extends StreamName> = z.output<(typeof streams)[N]['event']>;
export type StreamResponse<N extends StreamName> = z.output<(typeof streams)[N]['response']>;
export type Notice<N extends NoticeName> = z.output<(typeof notices)[N]>;

/** A call's answer on the wire. Errors are values: an exception over IPC would lose its type. */
export type Reply<T> = { ok: true; value: T } | { ok: false; error: z.infer<typeof ShownError> };

/** What travels on a stream's port. */
export type StreamMessage<N extends StreamName> =
  | { type: 'event'; event: StreamEvent<N> }
  | { type: 'done'; value: StreamResponse<N> }
  | { type: 'error'; error: z.infer<typeof ShownError> };

/** A stream under way, as the window holds it. */
export interface StreamHandle<T> {
  result: Promise<Reply<T>>;
  cancel(): void;
}

/**
 * `window.zoetrope`: the only door from the page to the machine, one named function a channel. `source.add` is not
 * among them: it takes paths, and only the preload, which gets them from files the user dropped, may name one.
 */
export type ZoetropeBridge = {
  readonly [N in Exclude<CallName, 'source.add'>]: (request: Request<N>) => Promise<Reply<Response<N>>>;
} & {
  readonly [N in StreamName]: (
    request: StreamRequest<N>,
    onEvent: (event: StreamEvent<N>) => void,
  ) => StreamHandle<StreamResponse<N>>;
} & {
  on<N extends NoticeName>(name: N, listener: (notice: Notice<N>) => void): () => void;
  /** Adds dropped files; their paths are read in the preload and never reach the page. */
  addFiles(files: File[]): Promise<Reply<Response<'source.add'>>>;
};

/** Addresses the window may load pictures and files from; answered by the main process only. */
export const MEDIA_SCHEME = 'zoetrope-media';
export const pictureUrl = (picture: PictureRef): string => `${MEDIA_SCHEME}://picture/${pictureName(picture)}`;
export const sourceUrl = (source: string): string => `${MEDIA_SCHEME}://source/${source}`;
/** One of a scene's files, by its name in the scene's listing. */
export const sceneFileUrl = (source: string, name: string): string =>
  `${MEDIA_SCHEME}://scene/${source}/${encodeURIComponent(name)}`;
/** The playable copy of a source, once `video.preview` has made one. */
export const previewUrl = (source: string, way: PreviewWay): string => `${MEDIA_SCHEME}://preview/${source}?${way}`;

export const streamChannel = (name: StreamName): string => `stream:${name}`;
export const noticeChannel = (name: NoticeName): string => `notice:${name}`;
