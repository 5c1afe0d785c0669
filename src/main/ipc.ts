import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type MessagePortMain, type WebContents } from 'electron';
import {
  calls,
  noticeChannel,
  notices,
  say,
  ShownError,
  streamChannel,
  streams,
  toErrorInfo,
  ZoetropeError,
  type CallName,
  type Notice,
  type NoticeName,
  type Reply,
  type Response,
  type StreamEvent,
  type StreamName,
  type StreamResponse,
} from '../contract';
import type { z } from 'zod';
import { logError } from './log';
import { isOurPage } from './security';

type Parsed<T extends z.ZodType> = z.output<T>;
export type CallHandlers = {
  [N in CallName]?: (request: Parsed<(typeof calls)[N]['request']>) => Response<N> | Promise<Response<N>>;
};
export type StreamHandlers = {
  [N in StreamName]?: (
    request: Parsed<(typeof streams)[N]['request']>,
    emit: (event: StreamEvent<N>) => void,
    signal: AbortSignal,
  ) => Promise<StreamResponse<N>>;
};

/** Which window a set of handlers belongs to: a message from any other is refused. */
export type AllowedSender = () => WebContents | undefined;

/**
 * Answers the window's calls. Each message is taken only from the main frame of the allowed window showing our own
 * page, and only if it fits the schema; answers are checked too, so that the two sides cannot drift apart.
 */
export function serveCalls(handlers: CallHandlers, allowed: AllowedSender): void {
  for (const name of Object.keys(handlers) as CallName[]) {
    ipcMain.handle(name, async (event, raw: unknown): Promise<Reply<unknown>> => {
      try {
        checkSender(event, allowed);
        const request = parse(calls[name].request, raw, name);
        const handler = handlers[name] as (request: unknown) => unknown;
        return { ok: true, value: parse(calls[name].response, await handler(request), name) };
      } catch (error) {
        return { ok: false, error: reported(name, error) };
      }
    });
  }
}

/** Answers the window's streams, each over a port of its own. Closing the port cancels the work. */
export function serveStreams(handlers: StreamHandlers, allowed: AllowedSender): void {
  for (const name of Object.keys(handlers) as StreamName[]) {
    ipcMain.on(streamChannel(name), (event, raw: unknown) => {
      const port = event.ports[0];
      if (port) void serveStream(name, handlers, allowed, event, raw, port);
    });
  }
}

async function serveStream(
  name: StreamName,
  handlers: StreamHandlers,
  allowed: AllowedSender,
  event: IpcMainEvent,
  raw: unknown,
  port: MessagePortMain,
): Promise<void> {
  const abort = new AbortController();
  port.on('message', () => abort.abort()); // the only message a page sends here is "cancel"
  port.on('close', () => abort.abort());
  port.start();
  try {
    checkSender(event, allowed);
    const request = parse(streams[name].request, raw, name);
    const handler = handlers[name] as (
      request: unknown,
      emit: (e: unknown) => void,
      signal: AbortSignal,
    ) => Promise<unknown>;
    const emit = (e: unknown): void => port.postMessage({ type: 'event', event: parse(streams[name].event, e, name) });
    const value = await handler(request, emit, abort.signal);
    port.postMessage({ type: 'done', value: parse(streams[name].response, value, name) });
  } catch (error) {
    port.postMessage({ type: 'error', error: reported(name, error) });
  }
}

/** Tells a window something it did not ask for. */
export function notify<N extends NoticeName>(target: WebContents | undefined, name: N, notice: Notice<N>): void {
  if (!target || target.isDestroyed()) return;
  target.send(noticeChannel(name), notices[name].parse(notice));
}

function checkSender(event: IpcMainEvent | IpcMainInvokeEvent, allowed: AllowedSender): void {
  const frame = event.senderFrame;
  if (frame && event.sender === allowed() && frame === event.sender.mainFrame && isOurPage(frame.url)) return;
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
