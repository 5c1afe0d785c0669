// SPDX-License-Identifier: Apache-2.0
import { inEnglish, say, toErrorInfo, ZoetropeError, type ErrorCode, type ErrorInfo, type Sentence } from '../contract';

/** What a refusal says besides its sentences. */
export interface RefusalFacts {
  /** OpenAI's short name of the error. */
  name?: string;
  /** The field of the request that is refused. */
  field?: string;
  headers?: Readonly<Record<string, string>>;
}

/** A request that is refused, with the HTTP status that says so. */
export class Refusal extends ZoetropeError {
  constructor(
    readonly status: number,
    message: Sentence,
    advice: Sentence,
    readonly facts: RefusalFacts = {},
  ) {
    super('bad-request', message, advice);
  }
}

/** The refusal of a field whose value cannot be used. */
export const badField = (field: string, message: Sentence, advice: Sentence): Refusal =>
  new Refusal(400, message, advice, { field, name: 'invalid_value' });

/** Statuses of errors from the rooms below; 400 for all that are due to what was sent, 500 for the rest. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  'file-missing': 404,
  'file-too-large': 413,
  'scene-too-large': 413,
  'wont-fit': 503,
  'out-of-memory': 503,
  'disk-full': 503,
};
const OURS: readonly ErrorCode[] = [
  'capture-failed',
  'ffmpeg-missing',
  'ffmpeg-failed',
  'model-missing',
  'model-incomplete',
  'model-unsupported',
  'model-broken',
  'device-failed',
  'engine-crashed',
  'internal',
];

/** An error as it is answered. */
export interface Reply {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: { error: { message: string; type: string; param: string | null; code: string } };
}

export type Advise = (info: ErrorInfo) => string;

/** What happened and what to do, in English. Details for the log, such as stacks and paths, are never part of it. */
export function wordsOf(thrown: unknown, advise: Advise): string {
  const info = toErrorInfo(thrown);
  if (info.code === 'internal')
    return `${info.message} ${inEnglish(say`Try again; the server's log has the details.`)}`;
  return `${info.message} ${advise(info)}`;
}

/** Any thrown value as an answer in OpenAI's form. */
export function replyOf(thrown: unknown, advise: Advise): Reply {
  const message = wordsOf(thrown, advise);
  if (thrown instanceof Refusal) {
    const { status, facts } = thrown;
    const code = facts.name ?? 'invalid_request';
    return {
      status,
      headers: facts.headers ?? {},
      body: { error: { message, type: 'invalid_request_error', param: facts.field ?? null, code } },
    };
  }
  const { code } = toErrorInfo(thrown);
  const status = STATUS[code] ?? (OURS.includes(code) ? 500 : 400);
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  const name = code === 'prompt-too-long' ? 'context_length_exceeded' : code.replaceAll('-', '_');
  return { status, headers: {}, body: { error: { message, type, param: null, code: name } } };
}
