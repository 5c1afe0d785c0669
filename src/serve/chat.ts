// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { say, type ModelInfo } from '../contract';
import type { Answered, Answerer } from './answerer';
import type { Bodies } from './body';
import { readChat, type ChatQuestion } from './chat-request';
import { receiptFacts } from './receipt';
import { Refusal, replyOf } from './refusal';
import { sendJson } from './send';

/** Milliseconds after which a stream is opened though there is no word yet, so that nobody in between gives up. */
const OPEN_AFTER = 10_000;
/** Milliseconds between signs of life in an open stream. */
const SIGN_EVERY = 15_000;

/** `POST /v1/chat/completions` */
export async function chatCompletion(
  answerer: Answerer,
  info: ModelInfo,
  bodies: Bodies,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const place = answerer.enter();
  try {
    const question = readChat(await bodies.json(request));
    if (question.model !== undefined && question.model !== info.name) {
      throw new Refusal(
        404,
        say`There is no model "${question.model}" here.`,
        say`Ask "${info.name}", or start the server with another --model.`,
        { field: 'model', name: 'model_not_found' },
      );
    }
    const answer = new ChatAnswer(info, question);
    if (question.stream) await stream(answerer, question, answer, place, response, signal);
    else sendJson(response, 200, answer.whole(await answerer.answer(question, place, { signal })));
  } finally {
    place.leave();
  }
}

async function stream(
  answerer: Answerer,
  question: ChatQuestion,
  answer: ChatAnswer,
  place: ReturnType<Answerer['enter']>,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const send = (data: unknown): void =>
    void response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
  const open = (): void => {
    if (response.headersSent) return;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
    send(answer.piece({ role: 'assistant', content: '' }));
  };
  // Until then an error still has a status of its own.
  const opening = setTimeout(open, OPEN_AFTER);
  const sign = setInterval(() => void (response.headersSent && response.write(': working\n\n')), SIGN_EVERY);
  try {
    const answered = await answerer.answer(question, place, {
      signal,
      onText: (content) => {
        open();
        send(answer.piece({ content }));
      },
    });
    open();
    send(answer.last(answered));
    if (question.includeUsage) send(answer.usage(answered));
    send('[DONE]');
    response.end();
  } catch (error) {
    if (!response.headersSent) throw error;
    send(replyOf(error, answerer.options.advise).body);
    response.end();
    throw error; // for the log
  } finally {
    clearTimeout(opening);
    clearInterval(sign);
  }
}

/** The answer in OpenAI's form, whole or in pieces. */
class ChatAnswer {
  readonly #about;
  readonly #withUsage: boolean;

  constructor({ name, fingerprint }: ModelInfo, { includeUsage }: ChatQuestion) {
    this.#about = {
      id: `chatcmpl-${randomUUID()}`,
      created: Math.floor(Date.now() / 1000),
      model: name,
      system_fingerprint: fingerprint.slice(0, 16),
    };
    this.#withUsage = includeUsage;
  }

  whole(answered: Answered): object {
    return {
      ...this.#about,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: answered.text, refusal: null },
          finish_reason: reasonOf(answered),
          logprobs: null,
        },
      ],
      usage: usageOf(answered),
      zoetrope: receiptFacts(answered.receipt, answered.notes),
    };
  }

  piece(delta: object, finish_reason: string | null = null): object {
    return {
      ...this.#about,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason, logprobs: null }],
      ...(this.#withUsage && { usage: null }),
    };
  }

  last(answered: Answered): object {
    return { ...this.piece({}, reasonOf(answered)), zoetrope: receiptFacts(answered.receipt, answered.notes) };
  }

  usage(answered: Answered): object {
    return { ...this.#about, object: 'chat.completion.chunk', choices: [], usage: usageOf(answered) };
  }
}

/** OpenAI has two words for an end; which of ours it was is in the receipt. */
const reasonOf = ({ receipt: { finish } }: Answered): 'stop' | 'length' => (finish === 'stop' ? 'stop' : 'length');

const usageOf = ({ receipt: { tokens } }: Answered): object => ({
  prompt_tokens: tokens.prompt,
  completion_tokens: tokens.generated,
  total_tokens: tokens.prompt + tokens.generated,
  prompt_tokens_details: { cached_tokens: tokens.reused, image_tokens: tokens.image },
});
