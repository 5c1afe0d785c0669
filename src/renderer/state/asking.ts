// SPDX-License-Identifier: Apache-2.0
import {
  type AnswerEvent,
  cancelled,
  type ErrorInfo,
  type Item,
  type Message,
  type OtherSettings,
  pictureName,
  type SentPicture,
  type ServerModelRef,
  type StreamHandle,
  toErrorInfo,
} from '../../contract';
import { itemsOf, PLACEHOLDER } from '../../sequence';
import { attempt, bridge, unwrap } from './bridge';
import { notify } from './notices';
import { flushDraft, receiveProject, write } from './project';
import { activateSource } from './sources';
import { get, set, useStore } from './store';
import { recordRemoval } from './undo';
import { hoverItem, selectItems, setTray } from './tray';

/**
 * The messages with this question and its answer at the end, as they are after main has added them. A new version of a
 * question stands in the place of `instead`.
 */
export function withAnswer(
  messages: readonly Message[],
  question: Message,
  answer: Message,
  instead: string | null,
): Message[] {
  const at = messages.findIndex(({ id }) => id === question.id || id === instead);
  return [...(at < 0 ? messages : messages.slice(0, at)), question, answer];
}

const setMessages = (change: (messages: Message[]) => Message[]) =>
  set((s) => ({ project: { ...s.project, messages: change(s.project.messages) } }));

function onEvent(event: AnswerEvent): void {
  const { live } = get();
  if (!live) return;
  if (event.type === 'started' && live.beside) {
    const { answer } = event;
    setMessages((messages) => messages.map((m) => (m.id === answer.id ? answer : m)));
    set({ live: { ...live, answer: answer.id } });
  } else if (event.type === 'started') {
    const { question, answer, versions, conversations } = event;
    const { project, editing, draft } = get();
    const next = withAnswer(project.messages, question, answer, live.instead);
    const isVersion = next.length < project.messages.length + 2;
    const before = isVersion ? { messages: project.messages, versions: project.versions } : null;
    set({
      project: { ...project, messages: next, versions, conversations },
      live: { ...live, answer: answer.id, before },
    });
    if (editing && editing.id === live.instead) set({ editing: null, draft: draft || editing.draft });
  } else if (event.type === 'progress') set({ live: { ...live, progress: event.progress } });
  else if (event.type === 'reasoning') set({ live: { ...live, reasoning: live.reasoning + event.delta } });
  else set({ live: { ...live, text: live.text + event.delta } });
}

function fail(error: ErrorInfo, answer: string | null, text: string): void {
  const stopped = error.code === 'cancelled';
  const known = get().project.messages.find((m) => m.id === answer);
  if (!known) {
    if (!stopped) set({ askError: error });
    return;
  }
  setMessages((messages) =>
    messages.map((m) =>
      m.id === answer && m.role === 'assistant' && (m.status === 'streaming' || m.error === null)
        ? { ...m, text: m.text || text, status: stopped ? 'stopped' : 'failed', error: stopped ? null : error }
        : m,
    ),
  );
}

/**
 * Runs an answer and follows its events. @param onRefused is called before the error is shown; the function it returns
 * asks again with all the memory that is needed.
 */
async function follow(
  start: (onEvent: (event: AnswerEvent) => void) => StreamHandle<Message>,
  onRefused: () => () => void,
  { beside = false, instead = null }: { beside?: boolean; instead?: string | null } = {},
): Promise<void> {
  if (get().live) return;
  const { conversation } = get().project;
  set({ askError: null, askAnyway: null });
  let handle: StreamHandle<Message>;
  try {
    const nothing = { answer: null, text: '', reasoning: '', progress: null, before: null };
    set({ live: { ...nothing, beside, instead, cancel: () => undefined, stopping: false } });
    handle = start(onEvent);
  } catch (thrown) {
    set({ live: null, askError: toErrorInfo(thrown) });
    return;
  }
  set((s) => (s.live ? { live: { ...s.live, cancel: () => handle.cancel() } } : {}));
  const reply = await handle.result;
  if (get().project.conversation !== conversation) return;
  const { answer = null, text = '', before = null } = get().live ?? {};
  set({ live: null });
  if (reply.ok) {
    const saved = reply.value;
    setMessages((messages) => messages.map((m) => (m.id === saved.id ? saved : m)));
  } else {
    // The branch without the version that failed is shown, unless another one is shown meanwhile.
    const isGone = before !== null && get().project.messages.some(({ id }) => id === answer);
    if (isGone) set((s) => ({ project: { ...s.project, ...before } }));
    if (answer === null || isGone) {
      const anyway = onRefused();
      if (reply.error.code === 'wont-fit') set({ askAnyway: anyway });
    }
    if (!beside || answer === null) fail(reply.error, isGone ? null : answer, text);
  }
}

/** Whether pictures are still being added to the tray. */
const arriving = (): boolean => get().adding > 0 || get().sampleJob !== null;

/** Starts a request after all pictures that are being added have arrived. */
function withPictures<T>(start: () => StreamHandle<T>): StreamHandle<T> {
  if (!arriving()) return start();
  const left = new AbortController();
  let begun: StreamHandle<T> | undefined;
  const here = new Promise<void>((resolve) => {
    const stop = useStore.subscribe(() => void setTimeout(look)); // after the pictures are in the tray
    const look = (): void => {
      if (arriving() && !left.signal.aborted) return;
      stop();
      resolve();
    };
    left.signal.addEventListener('abort', look);
  });
  const result = here.then(() =>
    left.signal.aborted ? { ok: false as const, error: cancelled().toInfo() } : (begun = start()).result,
  );
  return { result, cancel: () => (begun ? begun.cancel() : left.abort()) };
}

/** Asks a question. @param instead id of the question that it is a new version of: the one being edited. */
export async function ask(text = get().draft, anyway = false, instead = get().editing?.id): Promise<void> {
  if (text.trim() === '' || get().live) return;
  const { placement } = get().settings;
  const { draft: kept, editing: edited } = get();
  flushDraft();
  set({ draft: '' });
  await follow(
    (listen) => withPictures(() => bridge()['conversation.ask']({ text, placement, anyway, instead }, listen)),
    () => {
      const { draft, editing } = get();
      if (edited && !editing) write({ editing: { ...edited, draft }, draft: text });
      else write({ draft: draft || kept || text });
      return () => void ask(text, true, instead);
    },
    { instead: instead ?? null },
  );
}

/** Asks the question of an answer again, of the last one if none is given. The new answer is a version of it. */
export const regenerate = (answer?: string, anyway = false): Promise<void> =>
  follow(
    (listen) => bridge()['conversation.regenerate']({ answer, anyway }, listen),
    () => () => void regenerate(answer, true),
  );

/** Asks the question of an answer of another model or with other settings, and writes its answer beside the first. */
export const compareAnswer = (
  message: string,
  model: ServerModelRef | null,
  settings?: OtherSettings,
  anyway = false,
): Promise<void> =>
  follow(
    (listen) => bridge()['conversation.compare']({ message, model, settings, anyway }, listen),
    () => () => void compareAnswer(message, model, settings, true),
    { beside: true },
  );

/** Continues with the answer beside an answer. */
export async function preferBeside(message: string): Promise<void> {
  const saved = await unwrap(() => bridge()['conversation.prefer']({ message }));
  if (saved) setMessages((messages) => messages.map((m) => (m.id === saved.id ? saved : m)));
}

/** Removes the answer beside an answer. It can be undone. */
export async function dropBeside(message: string): Promise<void> {
  if (get().live?.answer === message) stopAnswer();
  const edit = crypto.randomUUID();
  const project = await unwrap(() => bridge()['conversation.dropBeside']({ message, edit }));
  if (!project) return;
  receiveProject(project);
  recordRemoval({ of: 'beside' }, edit);
}

export function stopAnswer(): void {
  const { live } = get();
  if (!live || live.stopping) return;
  set({ live: { ...live, stopping: true } });
  live.cancel();
}

/** Puts a question back into the composer, and its pictures into the tray, to ask a new version of it. */
export function editQuestion(id: string): void {
  const { project, editing, draft } = get();
  const question = project.messages.find((m) => m.id === id);
  if (question?.role !== 'user') return;
  const here = new Set(project.tray.map((item) => item.id));
  const gone = itemsOf(question.parts).filter((item) => !here.has(item.id));
  if (gone.length > 0) setTray([...project.tray, ...gone]);
  write({ editing: { id, draft: editing?.draft ?? draft }, draft: withMarksOf(question) });
  forgetRefusal();
}

/**
 * The text of a question with placeholders. Earlier versions stored `<image>` instead, which then occurs nowhere else.
 */
function withMarksOf({ text, parts }: Extract<Message, { role: 'user' }>): string {
  const isWord = parts.some((part) => part.type === 'text' && part.text.includes('<image>'));
  return isWord ? text : text.replaceAll('<image>', PLACEHOLDER);
}

/** Asks again what a receipt says, and compares the answers. */
export const replayReceipt = (message: string, beside: boolean) =>
  bridge()['receipt.replay']({ message, beside }, () => undefined);

/** Returns whether the receipt was copied; if not, the user has been told why. */
export async function copyReceipt(message: string, beside = false): Promise<boolean> {
  const reply = await attempt(() => bridge()['receipt.copy']({ message, beside }));
  if (!reply.ok) notify(reply.error);
  return reply.ok;
}

export const forgetRefusal = () => set({ askError: null, askAnyway: null });

/** The item in the tray with this picture, if it is still there. */
const trayItem = ({ picture }: SentPicture): Item | undefined =>
  get().project.tray.find((item) => pictureName(item.picture) === pictureName(picture));

/** Shows where a picture of the tray comes from: opens its source, and moves the camera to its pose. */
export async function showItem(item: Item): Promise<void> {
  const { id } = item.origin.source;
  if (get().project.activeSource !== id) await activateSource(id);
  selectItems([item.id]);
  set({ goTo: { item } });
}

/** Shows a cited picture: opens its source, moves the camera to its pose, and selects it in the tray. */
export async function showCited(sent: SentPicture): Promise<void> {
  const item = trayItem(sent);
  const { id } = sent.origin.source;
  const { project } = get();
  const beside = project.setups[project.activeSource ?? '']?.compare?.with;
  if (project.activeSource !== id && beside !== id && project.sources.some((source) => source.id === id))
    await activateSource(id);
  if (item) selectItems([item.id]);
  set({ goTo: { item: item ?? { id: 'cited', origin: sent.origin, picture: sent.picture } } });
}

/** Highlights a cited picture in the tray and its place in the scene or on the timeline. */
export const pointAtCited = (sent: SentPicture, on: boolean): void =>
  hoverItem(on ? (trayItem(sent)?.id ?? null) : null);
