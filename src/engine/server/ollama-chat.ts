// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { say } from '../../contract';
import { AnswerWriter, type ChatAnswer, type OnWords } from './answer';
import type { Connection } from './connection';
import { jsonBody } from './json-body';
import { cutOff, notAnAnswer, notAServer, perhapsCut, ServerError } from './failure';
import { ollamaMessages, pictureCount, textBytes, type Message } from './messages';
import type { EncodedPicture } from './pictures';

export interface OllamaQuestion {
  model: string;
  messages: readonly Message[];
  /** Tokens of context to request, for the whole prompt and the answer. Never more than the model supports. */
  numCtx: number;
  /** Whether the model's prompt is made by a renderer (see `ollamaMessages`). */
  hasRenderer: boolean;
  /** Other options of the request (`ollamaSampling`). */
  options: Record<string, unknown>;
}

const Line = z.object({
  message: z.object({ content: z.string().nullish(), thinking: z.string().nullish() }).nullish(),
  done: z.boolean().nullish(),
  done_reason: z.string().nullish(),
  prompt_eval_count: z.number().nullish(),
  eval_count: z.number().nullish(),
  error: z.unknown().optional(),
});

/** Longest line of a reply, in characters. */
const MOST_LINE = 8_000_000;
/** If fewer tokens of the context are left after the prompt, the prompt was probably truncated. */
const LEAST_LEFT = 8;
/** Largest plausible number of bytes of text per token, over a whole question. */
const MOST_BYTES_A_TOKEN = 12;

/** Since 0.13.0 at the latest, Ollama respects `truncate: false`. Older versions truncate the prompt anyway. */
const LEAST_VERSION = [0, 13] as const;

/**
 * @throws ServerError for a version that would silently truncate a long prompt. A server that reports no version is
 * accepted.
 */
export function checkOllama(version: string | null): void {
  const [major = 0, minor = 0, patch = 0] = (version ?? '').split('.').map((part) => Number.parseInt(part, 10));
  const unknown =
    version === null || [major, minor, patch].some(Number.isNaN) || (major === 0 && minor === 0 && patch === 0);
  if (unknown || major > LEAST_VERSION[0] || minor >= LEAST_VERSION[1]) return;
  throw new ServerError(
    'server-refused',
    say`Ollama ${version} leaves out parts of a long question without saying so.`,
    say`Update Ollama.`,
  );
}

/** The body of the request. @param data returns the data of a picture. */
export const ollamaBody = (
  { model, messages, numCtx, hasRenderer, options }: OllamaQuestion,
  data: (picture: EncodedPicture) => string,
): object => ({
  model,
  messages: ollamaMessages(messages, hasRenderer, data),
  stream: true,
  // A prompt that does not fit is refused, and an answer ends at the end of the context. By default Ollama silently
  // truncates both.
  truncate: false,
  shift: false,
  options: { ...options, num_ctx: numCtx },
});

/**
 * Asks through Ollama's own API.
 * @throws prompt-too-long, also if the server may have truncated the prompt; ServerError, with the text so far if there
 * was any; cancelled before the first word.
 */
export async function ollamaChat(
  connection: Connection,
  question: OllamaQuestion,
  { signal, ...words }: OnWords & { signal?: AbortSignal | undefined },
): Promise<ChatAnswer> {
  const { host } = connection.place;
  const answer = new AnswerWriter(host, words);
  const asked = { model: question.model, pictures: pictureCount(question.messages) };
  return answer.whole(async () => {
    const reply = await connection.send({
      path: '/api/chat',
      body: jsonBody((base64) => ollamaBody(question, base64)),
      signal,
      patience: connection.patience.first,
      asked,
    });
    let rest = '';
    for await (const text of reply.text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      if (rest.length > MOST_LINE) throw notAnAnswer(host, 'a line that does not end');
      for (const line of lines) {
        if (line.trim() === '') continue;
        takeLine(line, answer, connection, asked);
        if (answer.firstAt !== null) reply.wait(connection.patience.next);
        if (answer.ended) break;
      }
      if (answer.ended) break;
    }
    if (!answer.ended && rest.trim() !== '' && isWhole(rest)) takeLine(rest, answer, connection, asked);
    if (!answer.ended)
      throw /^\s*</.test(rest) ? notAServer(host, connection.hide(rest.slice(0, 2000))) : cutOff(host, 'no "done"');
    checkWhole(answer, question);
  });
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function takeLine(
  line: string,
  answer: AnswerWriter,
  connection: Connection,
  asked: { model: string; pictures: number },
): void {
  const { host } = connection.place;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    const detail = connection.hide(line.slice(0, 2000));
    throw /^\s*</.test(line) ? notAServer(host, detail) : notAnAnswer(host, detail);
  }
  const parsed = Line.safeParse(value);
  if (!parsed.success) throw notAnAnswer(host, connection.hide(line.slice(0, 2000)));
  const { message, done, done_reason, prompt_eval_count, eval_count, error } = parsed.data;
  if (error !== undefined && error !== null)
    throw connection.refused({ status: 500, body: JSON.stringify({ error }) }, asked);
  answer.write(message?.content ?? '', message?.thinking ?? '');
  if (!done) return;
  answer.ended = true;
  answer.finish = done_reason === 'length' ? 'length' : 'stop';
  if (prompt_eval_count != null) answer.usage = { prompt: prompt_eval_count, generated: eval_count ?? 0 };
}

/**
 * Checks that the server read the whole prompt. A prompt as long as the context, or with fewer tokens than its text and
 * pictures can have, was truncated.
 */
function checkWhole({ usage }: AnswerWriter, { messages, numCtx }: OllamaQuestion): void {
  if (!usage) return;
  const pictures = pictureCount(messages);
  const least = pictures + Math.floor(textBytes(messages) / MOST_BYTES_A_TOKEN);
  if (usage.prompt < numCtx - LEAST_LEFT && usage.prompt >= least) return;
  throw perhapsCut(pictures, `prompt_eval_count ${usage.prompt}, num_ctx ${numCtx}, at least ${least} expected`);
}
