// SPDX-License-Identifier: Apache-2.0
import { create } from 'zustand';
import {
  type ModelSpeed,
  type CatalogModel,
  Settings,
  type EngineStatus,
  type ErrorInfo,
  type HubFacts,
  type HubModel,
  type ModelsPlace,
  type Item,
  type Progress,
  type Project,
  type SampleInfo,
  type Serving,
  type ShownServer,
  type TimeRange,
  type VideoInfo,
  type Waveform,
  type VideoNote,
} from '../../contract';

/** The user's edits, which can be undone: the tray, the setup of each scene, the ranges and the setup of each video. */
export type Made = Pick<Project, 'tray' | 'setups' | 'segments' | 'videoSetups'>;

/** A thumbnail for the timeline. Its bitmap must be closed. */
export interface Thumb {
  time: number;
  picture: ImageBitmap;
}

/** What the window knows about a video besides its `Source`. */
export interface VideoFacts {
  info: VideoInfo | null;
  opening: Progress | null;
  error: ErrorInfo | null;
  thumbnails: readonly Thumb[];
  /** Null until it is read, and if there is no sound. */
  waveform: Waveform | null;
  notes: readonly VideoNote[];
  /** The range that was last created or focused. */
  range: string | null;
}

/** Frames that would be added to a range of a video, shown before they are taken. */
export interface Proposal {
  source: string;
  range: TimeRange;
  factor: number;
  times: readonly number[];
  /** How many more frames there would be if they fitted into the context. */
  leftOut: number;
  /** Tokens of the prompt with these frames; null while no model is loaded. */
  tokens: { after: number; limit: number } | null;
}

export interface SampleJob {
  source: string;
  progress: Progress | null;
  cancel: () => void;
}

/** The answer being written. Its text is here, not in the project, until it is saved. */
export interface LiveAnswer {
  answer: string | null;
  /** Whether it is written beside the answer, for comparison. */
  beside: boolean;
  text: string;
  /** What the model thinks before it answers. */
  reasoning: string;
  progress: Progress | null;
  cancel: () => void;
  stopping: boolean;
  /** The question that the asked one is a new version of. */
  instead: string | null;
  /** The branch that was shown before, if this answer is a new version. */
  before: Pick<Project, 'messages' | 'versions'> | null;
}

/**
 * Something removed that can be restored: a source, a project, a server, a conversation, or the answer beside another one.
 */
export type Taken =
  | { of: 'source'; name: string }
  | { of: 'sources'; count: number }
  | { of: 'project'; name: string }
  | { of: 'server'; name: string }
  | { of: 'preset'; name: string }
  | { of: 'beside' }
  | { of: 'chat' };

/**
 * One step of undo: a change with the states before and after it, a removal that main keeps under an id, or a removal
 * from the settings.
 */
export type Edit =
  | { kind: 'made'; before: Made; after: Made }
  | { kind: 'removal'; what: Taken; kept: string }
  | { kind: 'setting'; what: Taken; kept: string; before: Partial<Settings>; after: Partial<Settings> };

export type Toast =
  /** `app`: it concerns every project. */
  | { key: number; level: 'info' | 'warning'; error: ErrorInfo; app: boolean }
  | { key: number; level: 'taken'; taken: Taken; kept: string };

/** What was exported, of the tray or of the conversation, how many and where. */
export type Exported =
  | { of: 'tray'; what: 'pictures' | 'sheet' | 'command' | 'clip'; count: number; place: string }
  | { of: 'chat'; what: 'conversation' | 'answer'; place: string }
  | { of: 'project'; what: 'project'; place: string };

/** The sections of Settings, in their order. */
export const SETTINGS_SECTIONS = [
  'model',
  'servers',
  'device',
  'memory',
  'generation',
  'appearance',
  'library',
  'serving',
  'about',
] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

export type OpenDialog =
  /** Without a section, the first one is shown. */
  | { kind: 'settings'; section?: SettingsSection }
  | { kind: 'commands' }
  | { kind: 'search' }
  | { kind: 'projects' }
  | { kind: 'questions' }
  | { kind: 'presets' }
  | { kind: 'keys' }
  | { kind: 'happened' }
  | { kind: 'picture'; item: Item }
  | { kind: 'receipt'; message: string; beside?: true }
  | null;

export interface HubJob {
  repo: string;
  facts: HubFacts | null;
  progress: Progress | null;
  first: { bytes: number; at: number } | null;
  /** Bytes per second; 0 while it is not known. */
  rate: number;
  cancel: () => void;
}

export interface AppStore {
  phase: 'starting' | 'ready' | 'failed';
  startError: ErrorInfo | null;
  version: string;
  platform: string;
  locale: string;
  samples: readonly SampleInfo[];
  engine: EngineStatus;
  servers: readonly ShownServer[];
  /** The suggested models; empty before they were read. */
  catalog: readonly CatalogModel[];
  /** How soon the model with this fingerprint answers; `speed` null while it is measured. */
  modelSpeed: { fingerprint: string; speed: ModelSpeed | null } | null;
  hubModels: readonly HubModel[];
  /** The download of a model in progress; `first`: where it began, for its rate. */
  hubJob: HubJob | null;
  hubError: ErrorInfo | null;
  /** Where models are kept; null before it was read. */
  modelsPlace: ModelsPlace | null;
  /** The move of the models in progress. */
  modelsMove: { progress: Progress | null; cancel: () => void } | null;
  modelsMoveError: ErrorInfo | null;
  /** What the last look for a newer version found. */
  hubNews: { repo: string; isNew: boolean } | null;
  /** Zoetrope as a server for other programs; null before it was read. */
  serving: Serving | null;
  settings: Settings;
  /** Whether saved data outlives this session. */
  keeps: boolean;
  project: Project;
  /** Number of saves in progress, and whether the last one failed. */
  saving: number;
  saveFailed: boolean;

  past: readonly Edit[];
  future: readonly Edit[];
  /**
   * Identifies the series that the last edit belongs to: the next edit of the same series is undone together with it.
   */
  run: string | null;
  /** Number of edits being saved. Until they are saved, the state from main is outdated. */
  madeSaves: number;
  /** The selected pictures of the tray. */
  selected: ReadonlySet<string>;
  /** The selected files of the library. */
  selectedSources: ReadonlySet<string>;
  hovered: string | null;
  modelEye: boolean;
  /** A cited picture that the user wants to see; a new object asks again. */
  goTo: { item: Item } | null;
  /** A message that the user wants to see; a new object asks again. */
  goToMessage: { message: string } | null;

  videos: Readonly<Record<string, VideoFacts>>;
  sampleJob: SampleJob | null;
  proposal: Proposal | null;
  exportJob: {
    of: Exported['of'];
    unit: 'pictures' | 'bytes' | 'seconds';
    done: number;
    total: number;
    cancel: () => void;
  } | null;
  /** The last export, shown to the user. */
  exported: Exported | null;
  adding: number;

  draft: string;
  /** The question that is being edited, and the draft before. */
  editing: { id: string; draft: string } | null;
  live: LiveAnswer | null;
  askError: ErrorInfo | null;
  /** Repeats a question that was refused for lack of memory. */
  askAnyway: (() => void) | null;
  /** Why the model chosen last was not loaded. */
  modelRefused: ErrorInfo | null;

  toasts: readonly Toast[];
  dialog: OpenDialog;
}

export const NO_PROJECT: Project = {
  id: 'none',
  name: '',
  preset: null,
  model: null,
  sources: [],
  activeSource: null,
  tray: [],
  conversation: 'none',
  conversations: [],
  messages: [],
  versions: {},
  setups: {},
  segments: {},
  videoSetups: {},
};

export const useStore = create<AppStore>(() => ({
  phase: 'starting',
  startError: null,
  version: '',
  platform: '',
  locale: 'en',
  samples: [],
  engine: { state: 'starting' },
  servers: [],
  catalog: [],
  modelSpeed: null,
  hubModels: [],
  hubJob: null,
  hubError: null,
  modelsPlace: null,
  modelsMove: null,
  modelsMoveError: null,
  hubNews: null,
  serving: null,
  settings: Settings.parse({}),
  keeps: true,
  project: NO_PROJECT,
  saving: 0,
  saveFailed: false,
  past: [],
  future: [],
  run: null,
  madeSaves: 0,
  selected: new Set(),
  selectedSources: new Set(),
  hovered: null,
  modelEye: false,
  goTo: null,
  goToMessage: null,
  videos: {},
  sampleJob: null,
  proposal: null,
  exportJob: null,
  exported: null,
  adding: 0,
  draft: '',
  editing: null,
  live: null,
  askError: null,
  askAnyway: null,
  modelRefused: null,
  toasts: [],
  dialog: null,
}));

export const { getState: get, setState: set } = useStore;
