// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError, type ErrorCode, type Sentence } from '../../contract';

/** The part of an answer that arrived before it ended. */
export interface SoFar {
  text: string;
  reasoning: string;
}

/** Details of a failure, besides its message. */
export interface FailureFacts {
  /** HTTP status. */
  status?: number | undefined;
  /** The number of pictures that the server accepts or that would fit, so that sending fewer can be offered. */
  pictures?: number | undefined;
  /** The wait that the server asked for, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** The text that arrived before the failure. */
  soFar?: SoFar | undefined;
}

/** An error of a server. If text arrived before it, `facts.soFar` holds it. */
export class ServerError extends ZoetropeError {
  constructor(
    code: ErrorCode,
    message: Sentence,
    advice: Sentence,
    detail?: string,
    readonly facts: FailureFacts = {},
  ) {
    super(code, message, advice, detail);
    this.pictures = facts.pictures;
  }

  /** The same error, with the text that arrived before it. */
  after(soFar: SoFar): ServerError {
    const { message, advice } = this.said;
    const more = new ServerError(this.code, message, advice, this.detail, { ...this.facts, soFar });
    return more;
  }
}

export const unreachable = (host: string, detail: string): ServerError =>
  new ServerError(
    'server-unreachable',
    say`No server answers at ${host}.`,
    say`Start it, or check its address.`,
    detail,
  );

/** The connection ended. The server may have read the question, so it is not asked again. */
export const hungUp = (host: string, detail: string): ServerError =>
  new ServerError(
    'server-unreachable',
    say`The connection to ${host} was lost before an answer came.`,
    say`Look into the log of the server, then ask again.`,
    detail,
  );

export const untrusted = (host: string, detail: string): ServerError =>
  new ServerError(
    'server-unreachable',
    say`The certificate of ${host} is not trusted.`,
    say`Name the certificate of its issuer in NODE_EXTRA_CA_CERTS, or ask whoever runs the server.`,
    detail,
  );

export const silent = (host: string, ms: number): ServerError =>
  new ServerError(
    'server-unreachable',
    say`The server at ${host} has said nothing for ${Math.max(2, Math.round(ms / 1000))} seconds.`,
    say`Look into its log, or ask again.`,
  );

export const notAServer = (host: string, detail: string, status?: number): ServerError =>
  new ServerError(
    'not-a-server',
    say`What answers at ${host} is not a model server.`,
    say`Check the address and its port.`,
    detail,
    { status },
  );

export const cutOff = (host: string, detail: string): ServerError =>
  new ServerError(
    'server-cut-off',
    say`The answer of ${host} ended half way.`,
    say`Ask again for the whole answer.`,
    detail,
  );

export const notAnAnswer = (host: string, detail: string): ServerError =>
  new ServerError(
    'server-broken',
    say`The server at ${host} sent something that is not an answer.`,
    say`Update the server, or ask another one.`,
    detail,
  );

export const severalAnswers = (host: string): ServerError =>
  new ServerError(
    'server-broken',
    say`The server at ${host} sent several answers to one question.`,
    say`Update the server, or ask another one.`,
  );

export const takesNoPictures = (model: string, detail?: string): ServerError =>
  new ServerError(
    'server-takes-no-pictures',
    say`The model "${model}" takes no pictures.`,
    say`Ask a model that sees pictures, or leave the pictures out.`,
    detail,
    { pictures: 0 },
  );

/** @param most pictures that the server accepts per question; undefined if it does not say. */
export function tooManyPictures(most: number | undefined, pictures: number, detail?: string): ServerError {
  const named = most !== undefined && most > 0;
  return new ServerError(
    'server-too-many-pictures',
    !named
      ? say`The question has more pictures than the server takes.`
      : most === 1
        ? say`The server takes one picture in a question.`
        : say`The server takes at most ${most} pictures in a question.`,
    !named
      ? say`Send fewer pictures.`
      : most === 1
        ? say`Send one picture instead of ${pictures}.`
        : say`Send at most ${most} pictures instead of ${pictures}.`,
    detail,
    { pictures: most },
  );
}

/** @param fit the number of pictures that would fit, if known. */
export function tooLong(
  { tokens, limit, estimated }: { tokens?: number | undefined; limit?: number | undefined; estimated?: boolean },
  { pictures, fit }: { pictures: number; fit?: number | undefined },
  detail?: string,
): ServerError {
  const message =
    limit === undefined
      ? say`The question is longer than the model on the server can hold.`
      : tokens === undefined
        ? say`The question is longer than the ${limit} tokens that the model on the server can hold.`
        : estimated
          ? say`The question needs about ${tokens} tokens; the model on the server can hold ${limit}.`
          : say`The question needs ${tokens} tokens; the model on the server can hold ${limit}.`;
  const advice =
    fit !== undefined && fit > 0 && fit < pictures
      ? say`Send at most ${fit} pictures instead of ${pictures}.`
      : pictures > 0
        ? say`Send fewer pictures, or shorten the question.`
        : say`Shorten the question.`;
  return new ServerError('prompt-too-long', message, advice, detail, { pictures: fit });
}

/** Ollama truncates a long prompt without reporting it. A prompt that may have been truncated is therefore an error. */
export const perhapsCut = (pictures: number, detail: string): ServerError =>
  new ServerError(
    'prompt-too-long',
    say`The server may have left out a part of the question: it was longer than its context.`,
    pictures > 0 ? say`Send fewer pictures, or shorten the question.` : say`Shorten the question.`,
    detail,
  );
