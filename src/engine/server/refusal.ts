// SPDX-License-Identifier: Apache-2.0
import { say, type Sentence } from '../../contract';
import { notAServer, ServerError, takesNoPictures, tooLong, tooManyPictures, type FailureFacts } from './failure';

/** The properties of a question that a refusal may refer to. */
export interface Asked {
  host: string;
  /** Empty if no model was asked. */
  model: string;
  pictures: number;
  /** Whether a key was sent. */
  hasKey: boolean;
}

/** An error reply of a server. `body` does not contain the key. */
export interface Refusal {
  status: number;
  body: string;
  /** `Retry-After`, in milliseconds. */
  retryAfterMs?: number | undefined;
}

const NO_PICTURES =
  /does ?n[o']t (accept|support) (any )?(images?|pictures?|vision|multi-?modal)|(images?|vision|multi-?modal)( inputs?| content)? (is|are) not (supported|enabled|allowed)|not a (multi-?modal|vision) model|no (vision|multi-?modal) support|mmproj|missing data required for image input|unknown (part|content)? ?type:? '?"?image/i;
const TOO_MANY =
  /(?:at most|maximum(?: of)?|max(?:imum)?(?: is)?:?|up to|limit(?:ed)?(?: is| of| to)?|only (?:supports?|include|accepts?)) ?(\d+|one) ?(?:image|picture)/i;
const TOO_MANY_UNNAMED =
  /too many (images|pictures)|images too many|only supports? one image|number of images exceeds/i;
const MOST_NAMED = /max(?:imum)?:? ?(\d+)/i;
const CONTEXT =
  /context (length|size|window)|maximum model length|context_length_exceeded|exceed_context_size|prompt (is )?too long|input (is )?too long|longer than the (maximum )?(model|context)/i;
const UNKNOWN_MODEL =
  /model[^.]{0,200}(not found|does not exist|not loaded|unknown|not exist|no such)|(no|unknown|invalid) model|model_not_found/i;

/**
 * The error that a refusal means. The messages of servers are interpreted, because each server words them differently
 * and uses the same status for most of them.
 */
export function refusalOf({ status, body, retryAfterMs }: Refusal, asked: Asked): ServerError {
  const { host, model, pictures } = asked;
  const said = messageIn(body);
  const facts: FailureFacts = { status, retryAfterMs };
  const detail = `${status}: ${body.slice(0, 2000)}`;
  const isPage = said === undefined && looksLikePage(body);
  const words = said ?? (isPage ? '' : body);

  if (status === 401)
    return new ServerError(
      'server-denied',
      asked.hasKey ? say`The server at ${host} does not accept the key.` : say`The server at ${host} asks for a key.`,
      asked.hasKey ? say`Check the key.` : say`Give the key that belongs to the server.`,
      detail,
      facts,
    );
  if (status === 403)
    return new ServerError(
      'server-denied',
      say`The server at ${host} does not allow this.`,
      say`Ask whoever runs it, or use another key.`,
      detail,
      facts,
    );
  if (status === 429 || status === 503)
    return new ServerError(
      'server-busy',
      say`The server at ${host} has too much to do.`,
      comeBack(retryAfterMs),
      detail,
      facts,
    );

  // Some servers answer 500 when the question is at fault, so the message is examined before the status.
  const meant = aboutTheQuestion(words, asked, detail);
  if (meant) return meant;
  if (status >= 500)
    return new ServerError(
      'server-failed',
      say`The server at ${host} failed (error ${status}).`,
      say`Look into its log, or ask again.`,
      detail,
      facts,
    );
  if (status === 413)
    return new ServerError(
      'server-too-many-pictures',
      say`The question is larger than the server at ${host} accepts.`,
      pictures > 0 ? say`Send fewer or smaller pictures.` : say`Shorten the question.`,
      detail,
      facts,
    );
  if (isPage || status < 400 || (status === 404 && said === undefined)) return notAServer(host, detail, status);
  if (status === 404 && model !== '') return unknownModel(asked, detail, status);
  return new ServerError(
    'server-refused',
    say`The server at ${host} refused the question: "${plain(words)}".`,
    say`Change what it names, then ask again.`,
    detail,
    facts,
  );
}

function comeBack(ms: number | undefined): Sentence {
  if (ms === undefined) return say`Ask again in a while.`;
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 1) return say`Ask again in a second.`;
  return seconds <= 120 ? say`Ask again in ${seconds} seconds.` : say`Ask again in ${Math.ceil(seconds / 60)} minutes.`;
}

function aboutTheQuestion(words: string, asked: Asked, detail: string): ServerError | undefined {
  const { model, pictures } = asked;
  if (pictures > 0) {
    const named = TOO_MANY.exec(words);
    const most = named && (/one/i.test(named[1]!) ? 1 : Number(named[1]));
    if (most === 0) return takesNoPictures(model, detail);
    if (most !== null) return tooManyPictures(most, pictures, detail);
    if (TOO_MANY_UNNAMED.test(words)) {
      const number = /only supports? one/i.test(words) ? '1' : MOST_NAMED.exec(words)?.[1];
      return tooManyPictures(number === undefined ? undefined : Number(number), pictures, detail);
    }
    if (NO_PICTURES.test(words)) return takesNoPictures(model, detail);
  }
  if (CONTEXT.test(words)) return tooLong(lengthsIn(words), { pictures }, detail);
  if (model !== '' && UNKNOWN_MODEL.test(words)) return unknownModel(asked, detail);
  return undefined;
}

const unknownModel = ({ host, model }: Asked, detail: string, status?: number): ServerError =>
  new ServerError(
    'server-model-unknown',
    say`The server at ${host} has no model "${model}".`,
    say`Ask another of its models.`,
    detail,
    { status },
  );

/**
 * The limit is the smallest number in the message, the need the largest. Every server names both, or the limit alone.
 */
function lengthsIn(words: string): { tokens?: number; limit?: number } {
  const numbers = [...words.matchAll(/\d[\d,]{2,}/g)].map(([digits]) => Number(digits.replaceAll(',', '')));
  const limit = /(?:length|size|window|context)\D{0,40}?(\d[\d,]{2,})/i.exec(words)?.[1];
  if (limit === undefined) return {};
  const most = Number(limit.replaceAll(',', ''));
  const needed = Math.max(...numbers);
  const smallest = Math.min(...numbers);
  if (needed > most) return { tokens: needed, limit: most };
  return smallest < most ? { tokens: most, limit: smallest } : { limit: most };
}

/**
 * The message in an error body: `{error: {message}}`, `{error: "..."}`, `{message}` or FastAPI's `{detail}`. Undefined
 * if it is not JSON.
 */
export function messageIn(body: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  return wordsOf(value) ?? body;
}

function wordsOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return wordsOf(value[0]);
  const fields = value as Record<string, unknown>;
  const words = wordsOf(fields.error) ?? wordsOf(fields.message) ?? wordsOf(fields.detail) ?? wordsOf(fields.msg);
  if (words === undefined) return undefined;
  const kind = [fields.code, fields.type].filter((kind) => typeof kind === 'string');
  return typeof fields.message === 'string' ? [words, ...kind].join(' ') : words;
}

const looksLikePage = (body: string): boolean => /^\s*<(!doctype|html|head|body|\?xml)/i.test(body);

/** A text as one line without control characters. */
const plain = (words: string): string =>
  words
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
