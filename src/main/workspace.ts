import { clipboard } from 'electron';
import { basename } from 'node:path';
import {
  NO_VIDEO_SETUP,
  say,
  sentenceIn,
  toErrorInfo,
  ZoetropeError,
  type AnswerEvent,
  type Budget,
  type Draft,
  type Item,
  type Language,
  type MemoryUse,
  type Message,
  type ModelInfo,
  type PreviewWay,
  type Project,
  type Request,
  type Response,
  type SamplingPlan,
  type Segment,
  type SceneListing,
  type SceneSetup,
  type SourceRef,
  type StreamRequest,
  type SubtitleTrack,
  type Thumbnail,
  type VideoInfo,
  type VideoSetup,
  type Waveform,
  type Progress,
  type ReadCues,
  type TextEncodingName,
  type ViewCapture,
  type VideoNote,
} from '../contract';
import { sourceName, type Library, type StoredSource } from '../library';
import { conversationTurns, messagesBefore } from '../sequence';
import { listSceneFiles, sceneFilePath, sortOpened } from './scene-files';
import { Conversation, type Replaced } from './conversation';
import type { EngineSupervisor } from './engine-supervisor';
import { FrameWriter } from './frame-words';
import type { Samples } from './samples';

const FIRST_PROJECT = say`My project`;

const KINDS = { video: say`a video`, photo: say`a photograph`, scene: say`a 3D scene` };

/**
 * What the window works on: one project of the library, and the engine that reads its files. Every change is saved
 * before it is answered.
 */
export class Workspace {
  readonly conversation: Conversation;
  readonly #words: FrameWriter;
  #project: string;
  /** The playable copy of each source that needed one, while the app runs. */
  readonly #previews = new Map<string, string>();
  /** Brings back what was taken away last. */
  #putBack: (() => void) | undefined;
  /** The model for which there was no memory, null for the bundled one. */
  #refused: string | null | undefined;

  constructor(
    private readonly library: Library,
    private readonly engine: EngineSupervisor,
    private readonly samples: Samples,
    private readonly bundledModel: string,
    private readonly language: () => Language,
    /** Begins with a new project and the bundled model, as at the next starts: the others stay where they are. */
    plain = false,
  ) {
    if (plain) {
      library.set('lastProject', library.createProject(this.#firstName));
      library.set('modelFolder', null);
    }
    this.#project = this.#lastProject();
    this.#words = new FrameWriter(library, engine);
    this.conversation = new Conversation(
      library,
      engine,
      () => this.#project,
      this.#words,
      (replaced) => {
        this.#putBack = replaced ? () => this.#exchange(replaced) : undefined;
      },
    );
  }

  get #firstName(): string {
    return sentenceIn(FIRST_PROJECT, this.language());
  }

  #lastProject(): string {
    const known = this.library.listProjects();
    const last = this.library.get('lastProject');
    return (
      known.find((project) => project.id === last)?.id ?? known[0]?.id ?? this.library.createProject(this.#firstName)
    );
  }

  get project(): Project {
    return this.library.readProject(this.#project);
  }

  // Projects

  createProject(name: string): Project {
    return this.#enter(this.library.createProject(name.trim() || this.#firstName));
  }

  openProject(id: string): Project {
    this.library.readProject(id); // refuses one that is not there
    return this.#enter(id);
  }

  renameProject(name: string): Project {
    this.library.renameProject(this.#project, name.trim() || this.#firstName);
    return this.project;
  }

  #enter(id: string): Project {
    this.conversation.leave();
    this.#project = id;
    this.library.set('lastProject', id);
    return this.project;
  }

  /** Puts back what a backup of the library holds, and goes to the project that was open then. */
  restoreLibrary(backup: string): Project {
    this.conversation.drop();
    this.library.restore(backup);
    this.#putBack = undefined;
    return this.#enter(this.#lastProject());
  }

  // Sources

  /** Adds files and folders one by one; what cannot be opened is named with its reason and the rest goes on. */
  async addFiles(paths: readonly string[]): Promise<Response<'source.add'>> {
    const project = this.#project; // the user may open another one meanwhile
    const refused: Response<'source.add'>['refused'] = [];
    let first: string | undefined;
    const sorted = await sortOpened(paths);
    for (const { path, error } of sorted.refused) refused.push({ name: basename(path), error: error.toInfo() });
    for (const { path, ...parts } of sorted.opened) {
      try {
        if (/\.(srt|vtt)$/i.test(path)) {
          await this.#addSubtitles(project, this.library.readProject(project).activeSource, path);
          continue;
        }
        const { kind, bytes } = await this.engine.call('file.inspect', { path });
        const id = this.library.addSource(project, path, kind, bytes, parts);
        first ??= id;
      } catch (error) {
        refused.push({ name: basename(path), error: toErrorInfo(error) });
      }
    }
    if (first !== undefined) this.library.setActiveSource(project, first);
    return { project: this.project, refused };
  }

  /** Opens a subtitle file with a video and chooses it. @throws when it holds no subtitles, or there is no video. */
  async addSubtitles(video: string, path: string): Promise<Project> {
    await this.#addSubtitles(this.#project, video, path);
    return this.project;
  }

  async #addSubtitles(project: string, video: string | null, path: string): Promise<void> {
    const source = this.library.sources(project).find(({ id, kind }) => id === video && kind === 'video');
    if (!source)
      throw new ZoetropeError(
        'bad-request',
        say`"${basename(path)}" holds subtitles, and there is no video on the stage.`,
        say`Choose its video first, then open the subtitles.`,
      );
    const opened = [...new Set([...this.library.subtitleFiles(source.id), path])];
    const before = await this.engine.call('video.subtitles', {
      path: source.path,
      opened: opened.filter((other) => other !== path),
    });
    const after = await this.engine.call('video.subtitles', { path: source.path, opened });
    const track = after.find(({ id }) => !before.some((other) => other.id === id))?.id;
    if (track !== undefined) {
      await this.engine.call('video.cues', { path: source.path, opened, track, encoding: null }); // refuses what cannot be read
      this.library.addSubtitleFile(source.id, path);
    }
    const setup = this.library.videoSetups(project)[source.id] ?? NO_VIDEO_SETUP;
    this.library.setVideoSetup(project, source.id, {
      ...setup,
      subtitles: { ...setup.subtitles, shown: true, ...(track !== undefined && { track, encoding: null }) },
    });
  }

  addSample(id: string): Promise<Response<'source.add'>> {
    return this.addFiles(this.samples.files(id));
  }

  removeSource(id: string): Project {
    this.#putBack = this.library.removeSource(this.#project, id);
    return this.project;
  }

  /** Undoes the last removal of a source or of messages. Messages that others took the place of change places with them, so that it can be undone too. */
  putBack(): Project {
    const putBack = this.#putBack;
    this.#putBack = undefined;
    putBack?.();
    return this.project;
  }

  #exchange({ project, messages }: Replaced): void {
    this.conversation.drop();
    const replaced = this.library.replaceMessages(project, messages);
    if (replaced.length > 0) this.#putBack = () => this.#exchange({ project, messages: replaced });
  }

  activateSource(id: string | null): void {
    this.library.setActiveSource(this.#project, id);
  }

  /** Points a source at where its file is now; a file of another kind is refused. */
  async relocateSource(id: string, chosen: string): Promise<Project> {
    const source = this.#source(id);
    const { opened, refused } = await sortOpened([chosen]);
    const found = opened.find(({ path }) => basename(path) === basename(source.path)) ?? opened[0];
    if (!found)
      throw (
        refused[0]?.error ?? new ZoetropeError('file-missing', say`There is nothing to open.`, say`Choose another one.`)
      );
    const { path, folder } = found;
    const { kind, bytes } = await this.engine.call('file.inspect', { path });
    if (kind !== source.kind) {
      throw new ZoetropeError(
        'bad-request',
        say`"${basename(path)}" is ${KINDS[kind]}, but ${KINDS[source.kind]} was expected.`,
        say`Choose the file that was moved, or open this one on its own.`,
      );
    }
    this.library.moveSource(id, path, bytes, folder);
    return this.project;
  }

  /** For the media scheme: the file of a source of any project, since only opened files are in the library. */
  sourceFile(id: string): string | undefined {
    return this.library.source(id)?.path;
  }

  /** Whether a source is looked for as a folder, not as a file. */
  isFolder(id: string): boolean {
    return this.library.source(id)?.folder != null;
  }

  sceneFiles(id: string): Promise<SceneListing> {
    return listSceneFiles(this.#source(id));
  }

  /** Lets a scene use files the user chose. */
  addSceneFiles(id: string, paths: readonly string[]): boolean {
    const { id: source } = this.#source(id);
    this.library.addCompanions(source, paths);
    return paths.length > 0;
  }

  /** For the media scheme: a file of a scene, by its name in the scene's listing. */
  async sceneFile(id: string, name: string): Promise<string | undefined> {
    const source = this.library.source(id);
    return source && (await sceneFilePath(source, name));
  }

  /** For the media scheme: the playable copy of a source. */
  previewFile(id: string): string | undefined {
    return this.#previews.get(id);
  }

  // Items

  openVideo(id: string, onProgress: (p: Progress) => void, signal: AbortSignal): Promise<VideoInfo> {
    return this.engine.call('video.open', { path: this.#source(id).path }, onProgress, signal);
  }

  thumbnails(
    { source, ...wanted }: StreamRequest<'video.thumbnails'>,
    onThumbnail: (t: Thumbnail) => void,
    signal: AbortSignal,
  ): Promise<void> {
    return this.engine.call('video.thumbnails', { path: this.#source(source).path, ...wanted }, onThumbnail, signal);
  }

  subtitles(id: string, signal: AbortSignal): Promise<SubtitleTrack[]> {
    return this.engine.call(
      'video.subtitles',
      { path: this.#source(id).path, opened: this.library.subtitleFiles(id) },
      undefined,
      signal,
    );
  }

  cues(id: string, track: string, encoding: TextEncodingName | null, signal: AbortSignal): Promise<ReadCues> {
    return this.engine.call(
      'video.cues',
      { path: this.#source(id).path, opened: this.library.subtitleFiles(id), track, encoding },
      undefined,
      signal,
    );
  }

  waveform(id: string, signal: AbortSignal): Promise<Waveform> {
    return this.engine.call('video.waveform', { path: this.#source(id).path }, undefined, signal);
  }

  async previewVideo(
    id: string,
    failed: PreviewWay | null,
    onProgress: (p: Progress) => void,
    signal: AbortSignal,
  ): Promise<{ way: PreviewWay }> {
    const { path } = this.#source(id);
    const { way, file } = await this.engine.call('video.preview', { path, failed }, onProgress, signal);
    if (file !== null) this.#previews.set(id, file);
    return { way };
  }

  sampleVideo(
    id: string,
    plan: SamplingPlan,
    onProgress: (p: Progress) => void,
    signal: AbortSignal,
  ): Promise<{ items: Item[]; notes: VideoNote[] }> {
    const { path, ref } = this.#source(id);
    return this.engine.call('video.sample', { path, source: ref, plan }, onProgress, signal);
  }

  frameTimes(id: string, signal: AbortSignal): Promise<Uint8Array> {
    return this.engine.call('video.frameTimes', { path: this.#source(id).path }, undefined, signal);
  }

  planVideo(id: string, plan: SamplingPlan, signal: AbortSignal): Promise<{ times: number[] }> {
    return this.engine.call('video.plan', { path: this.#source(id).path, plan }, undefined, signal);
  }

  photoItem(id: string): Promise<Item> {
    const { path, ref } = this.#source(id);
    return this.engine.call('photo.read', { path, source: ref, transparency: this.library.settings().transparency });
  }

  tiles(item: Item): Promise<{ items: Item[] }> {
    const { status } = this.engine;
    if (status.state !== 'ready')
      throw new ZoetropeError('model-missing', say`No model is loaded.`, say`Choose a model in Settings.`);
    return this.engine.call('picture.tiles', { item, side: status.model.inputSize });
  }

  addView(capture: ViewCapture): Promise<Item> {
    return this.engine.call('view.add', { capture, source: this.#source(capture.source).ref });
  }

  /** The ffmpeg commands that make these frames, one a video, each on a line of its own, on the clipboard. */
  async copyCommand(items: readonly Item[]): Promise<void> {
    const places = new Map<string, number[]>();
    for (const { origin } of items) {
      if (origin.kind === 'frame')
        places.set(origin.source.id, [...(places.get(origin.source.id) ?? []), origin.index]);
    }
    if (places.size === 0)
      throw new ZoetropeError('no-frames', say`There are no video frames in the tray.`, say`Sample a video first.`);
    const commands: string[] = [];
    for (const [id, indices] of places) {
      const { path, ref } = this.#source(id);
      commands.push((await this.engine.call('video.command', { path, name: ref.name, places: indices })).command);
    }
    void clipboard.writeText(commands.join('\n'));
  }

  setTray(items: readonly Item[]): void {
    this.library.setTray(this.#project, items);
  }

  setSetup(id: string, setup: SceneSetup): void {
    this.library.setSetup(this.#project, this.#source(id).id, setup);
  }

  setSegments(id: string, segments: readonly Segment[]): void {
    this.library.setSegments(this.#project, this.#source(id).id, segments);
  }

  setVideoSetup(id: string, setup: VideoSetup): void {
    this.library.setVideoSetup(this.#project, this.#source(id).id, setup);
  }

  #source(id: string): StoredSource & { ref: SourceRef } {
    const source = this.library.sources(this.#project).find((candidate) => candidate.id === id);
    if (!source)
      throw new ZoetropeError('file-missing', say`This file is no longer in the project.`, say`Open it again.`, id);
    return { ...source, ref: { id: source.id, name: sourceName(source) } };
  }

  // Conversation

  /** Token use of the tray with this question; null while no model is loaded or the question cannot be composed yet. */
  async measure({ text, placement, instead }: Request<'conversation.measure'>): Promise<Budget | null> {
    if (this.engine.status.state !== 'ready') return null;
    const { turns } = conversationTurns(
      messagesBefore(this.library.messages(this.#project), instead),
      this.library.tray(this.#project),
      text,
      placement,
    );
    // Subtitles that cannot be read are told of when the question is asked.
    const written = await this.#words.write(this.#project, turns).catch(() => ({ turns }));
    return this.engine.call('measure', { turns: written.turns });
  }

  ask(
    question: StreamRequest<'conversation.ask'>,
    emit: (event: AnswerEvent) => void,
    signal: AbortSignal,
  ): Promise<Message> {
    return this.conversation.ask(question, emit, signal);
  }

  regenerate(anyway: boolean, emit: (event: AnswerEvent) => void, signal: AbortSignal): Promise<Message> {
    return this.conversation.regenerate(anyway, emit, signal);
  }

  clearConversation(): Project {
    this.conversation.drop();
    this.#putBack = this.library.clearMessages(this.#project);
    return this.project;
  }

  draft(project: string): Draft {
    return this.library.draft(project);
  }

  setDraft(project: string, draft: Draft): void {
    this.library.setDraft(project, draft);
  }

  copyReceipt(id: string): void {
    const message = this.library.messages(this.#project).find((candidate) => candidate.id === id);
    if (message?.role !== 'assistant' || !message.receipt) {
      throw new ZoetropeError('bad-request', say`This answer has no receipt.`, say`Ask again to get one.`);
    }
    void clipboard.writeText(JSON.stringify({ answer: message.text, ...message.receipt }, null, 2));
  }

  // Model

  /**
   * Loads the model chosen last, or the bundled one if that cannot be loaded and none is in use. One for which memory
   * is short just now is left to the user's word: another would answer otherwise.
   */
  async loadModel(options: { again?: boolean } = {}): Promise<void> {
    const chosen = this.library.get('modelFolder');
    try {
      await this.engine.load(chosen ?? this.bundledModel, chosen === null, options);
    } catch (error) {
      if (toErrorInfo(error).code === 'cancelled') throw error; // another was chosen
      this.#noteRefusal(error, chosen);
      if (chosen === null || this.#refused !== undefined || this.engine.status.state === 'ready') throw error;
      await this.engine.load(this.bundledModel, true);
    }
  }

  /** Tries the devices once more and loads the model in use where it then runs. */
  async tryDevices(): Promise<ModelInfo> {
    await this.loadModel({ again: true });
    return this.#model();
  }

  /** Loads a folder. If it cannot be loaded the model in use before comes back, and the error says why. */
  async chooseModel(folder: string | null, options: { anyway?: boolean } = {}): Promise<ModelInfo> {
    try {
      await this.engine.load(folder ?? this.bundledModel, folder === null, options);
    } catch (error) {
      if (toErrorInfo(error).code === 'cancelled') throw error; // another was chosen
      // Where it is only memory that is short, the one in use was not touched.
      if (this.engine.status.state !== 'ready') await this.loadModel().catch(() => undefined);
      this.#noteRefusal(error, folder);
      throw error;
    }
    this.#refused = undefined;
    this.library.set('modelFolder', folder);
    return this.#model();
  }

  /** Loads the model that was refused last for want of memory. */
  loadAnyway(): Promise<ModelInfo> {
    return this.chooseModel(this.#refused === undefined ? this.library.get('modelFolder') : this.#refused, {
      anyway: true,
    });
  }

  #noteRefusal(error: unknown, folder: string | null): void {
    this.#refused = toErrorInfo(error).code === 'wont-fit' ? folder : undefined;
  }

  memory(): Promise<MemoryUse> {
    return this.engine.call('memory.use', undefined);
  }

  forgetFeatures(): Promise<MemoryUse> {
    return this.engine.call('memory.forget', undefined);
  }

  #model(): ModelInfo {
    const { status } = this.engine;
    if (status.state !== 'ready')
      throw new ZoetropeError('model-broken', say`The model was unloaded again.`, say`Choose it once more.`);
    return status.model;
  }
}
