// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { say, Sampling } from '../contract';
import type { AskedPart, AskedTurn, Question } from './answerer';
import { planOf, SceneOptions, VideoOptions, viewJobOf } from './media-options';
import { badField, Refusal } from './refusal';

/** The most stop sequences, and the characters of one: OpenAI allows four. */
const MOST_STOPS = 16;
const LONGEST_STOP = 200;

/** A field that may be left out, or null, as clients send it for what is not set. */
const text = z.string();
const maybe = z.boolean().nullish();
const address = z.union([z.object({ url: text }).transform(({ url }) => url), text]);

const Part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text }),
  z.object({ type: z.literal('image_url'), image_url: address }),
  z.object({ type: z.literal('video_url'), video_url: VideoOptions.extend({ url: text }) }),
  z.object({ type: z.literal('scene_url'), scene_url: SceneOptions.extend({ url: text }) }),
]);
type Part = z.infer<typeof Part>;

const TextPart = z.object({ type: z.literal('text'), text });
const Message = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer']), content: z.union([text, z.array(TextPart)]) }),
  z.object({ role: z.literal('user'), content: z.union([text, z.array(z.looseObject({ type: text }))]) }),
  z.object({ role: z.literal('assistant'), content: z.union([text, z.array(TextPart)]).nullish() }),
]);

/** OpenAI's request for a chat completion, as far as it is understood here. Other fields are ignored. */
const ChatRequest = z.object({
  model: text.nullish(),
  messages: z.array(Message).min(1).max(1000),
  stream: maybe,
  stream_options: z.object({ include_usage: maybe }).nullish(),
  temperature: z.number().min(0).max(5).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.number().int().min(-1).nullish(),
  repetition_penalty: z.number().gt(0).max(10).nullish(),
  seed: z.number().int().min(0).max(0xffffffff).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  stop: z
    .union([text.transform((one) => [one]), z.array(text)])
    .pipe(z.array(text.min(1).max(LONGEST_STOP)).max(MOST_STOPS))
    .nullish(),
  media_io_kwargs: z
    .object({ video: z.object({ num_frames: z.number().int().nullish(), fps: z.number().nullish() }).nullish() })
    .nullish(),
  zoetrope: z.object({ frame_times: maybe, subtitles: maybe }).nullish(),
});
type ChatRequest = z.infer<typeof ChatRequest>;

const empty = (value: unknown): boolean =>
  value == null || value === false || value === 0 || (typeof value === 'object' && Object.keys(value).length === 0);

/** Fields that would change the answer and cannot be honoured, with the values that change nothing. */
const REFUSED: readonly (readonly [name: string, isNeutral: (value: unknown) => boolean])[] = [
  ['n', (value) => value == null || value === 1],
  ['tools', empty],
  ['functions', empty],
  ['logprobs', empty],
  ['top_logprobs', empty],
  ['logit_bias', empty],
  ['presence_penalty', empty],
  ['frequency_penalty', empty],
  ['audio', empty],
  ['response_format', (value) => value == null || (value as { type?: unknown }).type === 'text'],
];

export interface ChatQuestion extends Question {
  /** The model that the client named; undefined: whichever there is. */
  model: string | undefined;
  stream: boolean;
  includeUsage: boolean;
}

/** Reads a request for a chat completion. @throws Refusal 400 */
export function readChat(body: unknown): ChatQuestion {
  if (typeof body === 'object' && body !== null) {
    for (const [name, isNeutral] of REFUSED) {
      if (isNeutral((body as Record<string, unknown>)[name])) continue;
      throw new Refusal(400, say`"${name}" is not supported here.`, say`Leave it out.`, {
        field: name,
        name: 'unsupported_parameter',
      });
    }
  }
  const request = parsed(ChatRequest, body, '');
  const { system, turns } = turnsOf(request);
  return {
    turns,
    system,
    sampling: Sampling.parse({
      temperature: request.temperature ?? undefined,
      topP: request.top_p ?? undefined,
      topK: Math.max(0, request.top_k ?? 0), // elsewhere -1 is all
      repetitionPenalty: request.repetition_penalty ?? undefined,
      seed: request.seed ?? undefined,
      maxNewTokens: longest(request.max_completion_tokens ?? request.max_tokens),
    }),
    stops: request.stop ?? [],
    frameTimes: request.zoetrope?.frame_times ?? false,
    subtitles: request.zoetrope?.subtitles ?? false,
    model: request.model ?? undefined,
    stream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
  };
}

/** A longer answer than the longest is not refused: it ends there with the reason `length`. */
const longest = (asked: number | null | undefined): number | undefined =>
  asked == null ? undefined : Math.min(asked, Sampling.shape.maxNewTokens.unwrap().maxValue ?? asked);

function turnsOf({ messages, media_io_kwargs }: ChatRequest): { system: string | undefined; turns: AskedTurn[] } {
  let system: string | undefined;
  const usual = usualVideo(media_io_kwargs?.video);
  const turns: AskedTurn[] = [];
  messages.forEach((message, k) => {
    const field = `messages[${k}]`;
    if (message.role === 'user') {
      const { content } = message;
      const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
      turns.push({
        role: 'user',
        parts: joined(parts.map((part, p) => partOf(part, `${field}.content[${p}]`, usual))),
      });
      return;
    }
    const words = wordsIn(message.content);
    if (message.role === 'assistant') return void turns.push({ role: 'assistant', text: words });
    if (k > 0)
      throw badField(field, say`The system prompt is not the first message.`, say`Send one, before all others.`);
    system = words;
  });
  if (turns.at(-1)?.role !== 'user')
    throw badField('messages', say`The last message is not a question.`, say`End with a message of the user.`);
  return { system, turns };
}

const wordsIn = (content: string | { text: string }[] | null | undefined): string =>
  typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join('\n');

function partOf(given: object, field: string, usual: VideoOptions): AskedPart {
  const part: Part = parsed(Part, withoutNulls(given), field);
  if (part.type === 'text') return { kind: 'text', text: part.text };
  if (part.type === 'image_url') return { kind: 'image', address: part.image_url, field };
  if (part.type === 'video_url') {
    const { url, ...options } = part.video_url;
    const own = Object.values(options).some((value) => value !== undefined);
    return { kind: 'video', address: url, field, plan: planOf(own ? options : usual, `${field}.video_url`) };
  }
  const { url, ...options } = part.scene_url;
  return { kind: 'scene', address: url, field, job: viewJobOf(options) };
}

/** A part without those of its fields, and of theirs, that are null, as clients send what is not set. */
function withoutNulls(part: object): object {
  const set = (value: object): [string, unknown][] => Object.entries(value).filter(([, inner]) => inner !== null);
  const isObject = (value: unknown): value is object => typeof value === 'object' && !Array.isArray(value);
  return Object.fromEntries(
    set(part).map(([name, value]) => [name, isObject(value) ? Object.fromEntries(set(value)) : value]),
  );
}

/** What vLLM's clients say of all videos of a request. Its -1 is all frames, which rarely fit: at most 512 here. */
function usualVideo(video: NonNullable<ChatRequest['media_io_kwargs']>['video']): VideoOptions {
  const frames = video?.num_frames == null ? undefined : video.num_frames;
  const fps = video?.fps != null && video.fps > 0 ? video.fps : undefined;
  return parsed(
    VideoOptions,
    { frames: frames === -1 ? (fps ? undefined : 512) : frames, fps },
    'media_io_kwargs.video',
  );
}

/** Texts that follow each other become one, as lines of it, since each text is tokenized by itself. */
function joined(parts: readonly AskedPart[]): AskedPart[] {
  const out: AskedPart[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (part.kind === 'text' && last?.kind === 'text')
      out[out.length - 1] = { kind: 'text', text: `${last.text}\n${part.text}` };
    else out.push(part);
  }
  return out;
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, at: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []).reduce<string>(
    (sum, step) => (typeof step === 'number' ? `${sum}[${step}]` : `${sum}${sum === '' ? '' : '.'}${String(step)}`),
    at,
  );
  const why = issue?.message ?? '';
  throw badField(
    path,
    path === '' ? say`The request cannot be used: ${why}.` : say`"${path}" cannot be used: ${why}.`,
    say`docs/serving.md lists what is understood.`,
  );
}
