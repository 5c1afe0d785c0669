// SPDX-License-Identifier: Apache-2.0
import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type MessagePortMain, type WebContents } from 'electron';
import { z } from 'zod';
import {
  callOf,
  namesFrom,
  noticeChannel,
  notices,
  say,
  ShownError,
  SourceId,
  streamChannel,
  toErrorInfo,
  ZoetropeError,
  type Call,
  type Caller,
  type CallName,
  type CallsFrom,
  type EngineCall,
  type MainCall,
  type MainHandlers,
  type Notice,
  type NoticeName,
  type Reply,
  type SourceFile,
  type StreamName,
} from '../contract';
import type { EngineSupervisor } from './engine-supervisor';
import { logError } from './log';
import { isOurPage } from './security';

type Handler = (request: unknown, emit: (event: unknown) => void, signal: AbortSignal) => unknown;

interface Route {
  name: CallName;
  call: Call;
  page: () => WebContents | undefined;
  handler: Handler;
}

interface Answering<C extends Caller> {
  /** Handlers of the calls that the main process answers itself. */
  handlers: Pick<MainHandlers, CallsFrom<C> & MainCall>;
  /** The page that may make these calls. A message from any other page is refused. */
  page: () => WebContents | undefined;
}

/** Needed for the calls that are passed on to the engine. */
interface PassedOn {
  engine: EngineSupervisor;
  /** @throws file-missing for a source that is not in the project. */
  fileOf: (source: string) => SourceFile;
}

/**
 * Answers the calls of a page in the main process, or passes them on to the engine as the table says. A message is
 * accepted only from the main frame of that page, only while it shows one of our pages, and only if it fits the schema.
 * It is parsed here, once. Answers and events are checked too, so that they always match the table.
 * @returns a function that stops answering.
 */
export function serve<C extends Caller>(
  callers: readonly C[],
  { handlers, page, ...rest }: Answering<C> & (CallsFrom<C> & EngineCall extends never ? object : PassedOn),
): () => void {
  // The parameter types guarantee a handler for each call that main owns, and an engine if there are other calls.
  const own = handlers as unknown as Record<MainCall, Handler>;
  const others = rest as unknown as PassedOn;
  const names = namesFrom(...callers) as CallName[];
  for (const name of names) {
    const call = callOf(name);
    const handler = call.owner === 'main' ? own[name as MainCall] : passedOn(name as EngineCall, call, others);
    const route = { name, call, page, handler };
    if (!call.event) ipcMain.handle(name, (event, raw: unknown) => answerCall(route, event, raw));
    else
      ipcMain.on(streamChannel(name as StreamName), (event, raw: unknown) => {
        const port = event.ports[0];
        if (port) void answerStream(route, event, raw, port);
      });
  }
  return () => {
    for (const name of names) {
      if (!callOf(name).event) ipcMain.removeHandler(name);
      else ipcMain.removeAllListeners(streamChannel(name as StreamName));
    }
  };
}

/** Replaces source ids by files. No other code does this. */
function passedOn(name: EngineCall, { request: schema }: Call, { engine, fileOf }: PassedOn): Handler {
  const fields = schema instanceof z.ZodObject ? Object.entries(schema.shape) : [];
  const named = fields.filter(([, field]) => field === SourceId).map(([key]) => key);
  return (request, emit, signal) => {
    const asked = request as Record<string, unknown>;
    const files = named.map((key) => [key, fileOf(asked[key] as string)] as const);
    const passed = named.length > 0 ? { ...asked, ...Object.fromEntries(files) } : request;
    return engine.call(name, passed as never, emit, signal);
  };
}

async function answerCall(
  { name, call, page, handler }: Route,
  event: IpcMainInvokeEvent,
  raw: unknown,
): Promise<Reply<unknown>> {
  try {
    checkSender(event, page);
    const request = parse(call.request, raw, name);
    const value = await handler(request, () => undefined, new AbortController().signal);
    return { ok: true, value: parse(call.answer, value, name) };
  } catch (error) {
    return { ok: false, error: reported(name, error) };
  }
}

/** Answers a stream over a port of its own. Closing the port cancels the work. */
async function answerStream(
  { name, call, page, handler }: Route,
  event: IpcMainEvent,
  raw: unknown,
  port: MessagePortMain,
): Promise<void> {
  const abort = new AbortController();
  port.on('message', () => abort.abort()); // the only message a page sends here is "cancel"
  port.on('close', () => abort.abort());
  port.start();
  try {
    checkSender(event, page);
    const request = parse(call.request, raw, name);
    const emit = (e: unknown): void =>
      port.postMessage({ type: 'event', event: parse(call.event ?? z.never(), e, name) });
    const value = await handler(request, emit, abort.signal);
    port.postMessage({ type: 'done', value: parse(call.answer, value, name) });
  } catch (error) {
    port.postMessage({ type: 'error', error: reported(name, error) });
  }
}

/** Sends a notice to a window. */
export function notify<N extends NoticeName>(target: WebContents | undefined, name: N, notice: Notice<N>): void {
  if (!target || target.isDestroyed()) return;
  target.send(noticeChannel(name), notices[name].parse(notice));
}

function checkSender(event: IpcMainEvent | IpcMainInvokeEvent, page: () => WebContents | undefined): void {
  const frame = event.senderFrame;
  if (frame && event.sender === page() && frame === event.sender.mainFrame && isOurPage(frame.url)) return;
  throw new ZoetropeError(
    'bad-request',
    say`This request came from somewhere unexpected.`,
    say`It was refused.`,
    frame?.url,
  );
}

function parse(schema: z.ZodType, value: unknown, name: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ZoetropeError(
    'bad-request',
    say`This request could not be understood.`,
    say`Try again; the log has the details.`,
    `${name}: ${result.error.message}`,
  );
}

function reported(name: string, error: unknown): z.output<typeof ShownError> {
  const info = toErrorInfo(error);
  if (info.code !== 'cancelled') logError(name, info);
  return ShownError.parse(info);
}
