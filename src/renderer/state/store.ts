// SPDX-License-Identifier: Apache-2.0
import { create } from 'zustand';
import {
  Settings,
  type EngineStatus,
  type ErrorInfo,
  type Item,
  type Message,
  type Progress,
  type Project,
  type SampleInfo,
  type TimeRange,
  type VideoInfo,
  type Waveform,
  type VideoNote,
} from '../../contract';

/** What the user makes by hand, and can undo: the tray, what belongs to each scene, the ranges of each video and what was chosen for it. */
export type Made = Pick<Project, 'tray' | 'setups' | 'segments' | 'videoSetups'>;

/** A small picture for the timeline; ours to close. */
export interface Thumb {
  time: number;
  picture: ImageBitmap;
}

/** What the window knows of one video beyond its `Source`. */
export interface VideoFacts {
  info: VideoInfo | null;
  opening: Progress | null;
  error: ErrorInfo | null;
  thumbnails: readonly Thumb[];
  /** Null until it is read; without sound it stays so. */
  waveform: Waveform | null;
  notes: readonly VideoNote[];
  /** The range last made or pointed at. */
  segment: string | null;
}

/** Frames that would be added to a range of a video, shown before they are taken. */
export interface Proposal {
  source: string;
  range: TimeRange;
  factor: number;
  times: readonly number[];
  /** How many more there would be if the model had room for them. */
  leftOut: number;
  /** What the prompt would come to; null while no model is there to say. */
  tokens: { after: number; limit: number } | null;
}

export interface SampleJob {
  source: string;
  progress: Progress | null;
  cancel: () => void;
}

/** The answer being written. Its words are here, not in the project, until it is saved. */
export interface LiveAnswer {
  answer: string | null;
  text: string;
  progress: Progress | null;
  cancel: () => void;
  stopping: boolean;
  /** The messages as they were, where it takes the place of some. */
  before: readonly Message[] | null;
}

/** What was taken away and can be put back: a source, the whole conversation, or messages that a new answer took the place of. */
export type Taken =
  { of: 'source'; name: string } | { of: 'chat' } | { of: 'answer' } | { of: 'messages'; count: number };

/** One step of undo: a change with all that was made before and after it, or a removal that main keeps under an id. */
export type Edit = { kind: 'made'; before: Made; after: Made } | { kind: 'removal'; what: Taken; kept: string };

export type Toast =
  /** `app`: it concerns every project. */
  | { key: number; level: 'info' | 'warning'; error: ErrorInfo; app: boolean }
  | { key: number; level: 'taken'; taken: Taken; kept: string };

/** What was exported, of the tray or of the conversation, and how often or where to. */
export type Exported =
  | { of: 'tray'; what: 'pictures' | 'sheet' | 'command'; count: number; place: string }
  | { of: 'chat'; what: 'conversation' | 'answer'; place: string };

export type OpenDialog =
  | { kind: 'settings' }
  | { kind: 'commands' }
  | { kind: 'keys' }
  | { kind: 'happened' }
  | { kind: 'picture'; item: Item }
  | { kind: 'receipt'; message: string }
  | null;

export interface AppStore {
  phase: 'starting' | 'ready' | 'failed';
  startError: ErrorInfo | null;
  version: string;
  platform: string;
  locale: string;
  samples: readonly SampleInfo[];
  engine: EngineStatus;
  settings: Settings;
  /** Whether what is saved outlives the app. */
  keeps: boolean;
  project: Project;
  /** Saves under way, and whether the last one failed. */
  saving: number;
  saveFailed: boolean;

  past: readonly Edit[];
  future: readonly Edit[];
  /** What the last change was a step of: the next step of the same is undone together with it. */
  run: string | null;
  /** Saves of what the user made under way: until they land, what main says of it is old. */
  madeSaves: number;
  selected: ReadonlySet<string>;
  hovered: string | null;
  modelEye: boolean;
  /** A picture an answer names and the user asked to see; a new object asks again. */
  goTo: { item: Item } | null;

  videos: Readonly<Record<string, VideoFacts>>;
  sampleJob: SampleJob | null;
  proposal: Proposal | null;
  exportJob: { of: Exported['of']; done: number; total: number; cancel: () => void } | null;
  /** What was exported last, for the user to read. */
  exported: Exported | null;
  adding: number;

  draft: string;
  /** The question that is being written anew, and what stood in the composer before. */
  editing: { id: string; draft: string } | null;
  live: LiveAnswer | null;
  askError: ErrorInfo | null;
  /** Asks once more what was refused for want of memory. */
  askAnyway: (() => void) | null;
  /** Why the model chosen last was not loaded. */
  modelRefused: ErrorInfo | null;

  toasts: readonly Toast[];
  dialog: OpenDialog;
}

export const NO_PROJECT: Project = {
  id: 'none',
  name: '',
  sources: [],
  activeSource: null,
  tray: [],
  messages: [],
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
  hovered: null,
  modelEye: false,
  goTo: null,
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
