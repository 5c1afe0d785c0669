// SPDX-License-Identifier: Apache-2.0
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { z } from 'zod';
import type { ErrorCode } from '../../contract';
import { AnswerWriter, type ChatAnswer, type OnWords } from './answer';
import type { Connection, Reply } from './connection';
import { cutOff, notAnAnswer, notAServer, ServerError, severalAnswers } from './failure';
import { openaiMessages, pictureCount, type Message } from './messages';
import { jsonBody } from './json-body';
import type { EncodedPicture } from './pictures';

export interface OpenaiQuestion {
  model: string;
  messages: readonly Message[];
  /** Other fields of the request (`openaiSampling`). */
  fields: Record<string, unknown>;
}

/** Longest event, in characters. */
const MOST_EVENT = 8_000_000;
/** How long to wait after the last word for the usage and `[DONE]`, in milliseconds. */
const USAGE_PATIENCE = 3000;
const LOST: readonly ErrorCode[] = ['server-cut-off', 'server-unreachable'];

const Words = z.object({
  content: z.string().nullish(),
  /** The name used by DeepSeek, vLLM, SGLang, llama.cpp and LM Studio. OpenRouter and newer vLLM use `reasoning`. */
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
});
const Chunk = z.object({
  choices: z
    .array(
      z.object({
        index: z.number().nullish(),
        delta: Words.nullish(),
        message: Words.nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number().nullish() }).nullish().catch(null),
  error: z.unknown().optional(),
  /** Of vLLM before it had `error`: `"error"`, beside `message` and `code`. */
  object: z.string().nullish().catch(null),
});

/** The body of the request. @param url returns the URL of a picture. */
export const openaiBody = (
  { model, messages, fields }: OpenaiQuestion,
  url: (picture: EncodedPicture) => string,
): object => ({ model, messages: openaiMessages(messages, url), stream: true, ...fields });

/**
 * Asks through OpenAI's chat completions, with streaming.
 * @throws ServerError, with the text so far if there was any; cancelled before the first word.
 */
export async function openaiChat(
  connection: Connection,
  question: OpenaiQuestion,
  { signal, ...words }: OnWords & { signal?: AbortSignal | undefined },
): Promise<ChatAnswer> {
  const { host } = connection.place;
  const answer = new AnswerWriter(host, words);
  return answer.whole(async () => {
    const asked = { model: question.model, pictures: pictureCount(question.messages) };
    const reply = await connection.send({
      path: '/v1/chat/completions',
      body: jsonBody((base64) => openaiBody(question, (picture) => `data:${picture.mime};base64,${base64(picture)}`)),
      signal,
      patience: connection.patience.first,
      asked,
    });
    const take = (data: string): void => {
      const { error } = takeChunk(data, answer, connection);
      // A first event without text only means that the question was accepted, so the longer time limit still applies.
      if (answer.firstAt !== null) reply.wait(connection.patience.next);
      if (answer.ended) reply.wait(USAGE_PATIENCE);
      if (error === undefined || error === null) return;
      // Errors after the headers arrive with status 200; the number in their body is more specific.
      const body = JSON.stringify({ error });
      throw connection.refused({ status: statusIn(error), body }, asked);
    };
    try {
      if (isStream(reply)) await readEvents(reply, take, answer, connection);
      else await readWhole(reply, take, answer, connection);
    } catch (error) {
      const lost = error instanceof ServerError && LOST.includes(error.code);
      if (!(lost && answer.ended)) throw error; // the text is complete; only the usage may be missing
    }
    if (!answer.ended) throw cutOff(host, 'no finish_reason and no [DONE]');
  });
}

const contentType = ({ headers }: Reply): string => String(headers['content-type'] ?? '').toLowerCase();
/** Whether a reply may be a stream. Some servers that stream send no content type, or plain text. */
const isStream = (reply: Reply): boolean => !/json|html/.test(contentType(reply));

async function readEvents(
  reply: Reply,
  take: (data: string) => void,
  answer: AnswerWriter,
  connection: Connection,
): Promise<void> {
  const { host } = connection.place;
  const events: string[] = [];
  let tooLong = false;
  let comments = 0;
  const parser = createParser({
    onEvent: ({ data }: EventSourceMessage) => void events.push(data),
    onComment: () => void comments++,
    onError: ({ type }) => void (tooLong ||= type === 'max-buffer-size-exceeded'),
    maxBufferSize: MOST_EVENT,
  });
  let opening = '';
  let heard = false;
  for await (const text of reply.text) {
    if (!heard) opening = (opening + text).slice(0, 2000);
    parser.feed(text);
    if (tooLong) throw notAnAnswer(host, 'an event that does not end');
    heard ||= events.length > 0 || comments > 0;
    for (const data of events.splice(0)) {
      if (data.trim() === '[DONE]') {
        answer.ended = true;
        return; // some servers keep the connection open
      }
      take(data);
    }
  }
  if (heard || opening.trim() === '') return;
  const detail = connection.hide(opening);
  throw /^\s*</.test(opening) ? notAServer(host, detail) : notAnAnswer(host, detail);
}

/** Reads the answer of a server that does not stream: one JSON object. */
async function readWhole(
  reply: Reply,
  take: (data: string) => void,
  answer: AnswerWriter,
  connection: Connection,
): Promise<void> {
  const { host } = connection.place;
  let all = '';
  for await (const text of reply.text) {
    all += text;
    if (all.length > MOST_EVENT) throw notAnAnswer(host, 'too long');
  }
  const detail = connection.hide(all.slice(0, 2000));
  if (/html/.test(contentType(reply)) || /^\s*</.test(all)) throw notAServer(host, detail);
  take(all);
  if (answer.firstAt === null && !answer.ended) throw notAnAnswer(host, detail);
  answer.ended = true;
}

/** @throws server-broken for an invalid chunk, and for a second choice. */
function takeChunk(data: string, answer: AnswerWriter, connection: Connection): { error?: unknown } {
  const { host } = connection.place;
  const bad = (): ServerError => notAnAnswer(host, connection.hide(data.slice(0, 2000)));
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw bad();
  }
  const parsed = Chunk.safeParse(value);
  if (!parsed.success) throw bad();
  const { choices, usage, object, error = object === 'error' ? value : undefined } = parsed.data;
  for (const { index, delta, message, finish_reason } of choices ?? []) {
    if ((index ?? 0) !== 0 || choices!.length > 1) throw severalAnswers(host);
    const words = delta ?? message;
    answer.write(words?.content ?? '', words?.reasoning_content ?? words?.reasoning ?? '');
    if (!finish_reason) continue;
    answer.ended = true;
    answer.finish = finish_reason === 'length' ? 'length' : 'stop';
  }
  if (usage) answer.usage = { prompt: usage.prompt_tokens, generated: usage.completion_tokens ?? 0 };
  return { error };
}

/** The HTTP status given in an error body, or that of a server failure. */
function statusIn(error: unknown): number {
  const { code, status } = (typeof error === 'object' ? error : {}) as { code?: unknown; status?: unknown };
  const named = [code, status].map(Number).find((value) => value >= 400 && value < 600);
  return named ?? 500;
}
