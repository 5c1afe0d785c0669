// SPDX-License-Identifier: Apache-2.0
import { McpServer, type CallToolResult, type ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { cancelled, say, Sampling, throwIfCancelled, toErrorInfo, type Item } from '../contract';
import type { JobOptions } from '../engine';
import { placeholderCount, PLACEHOLDER, withMarks } from '../sequence';
import type { Answerer, AskedPart } from './answerer';
import { McpProgress } from './mcp-progress';
import type { AskedMedium, Gathered } from './media';
import { planOf, SceneOptions, VideoOptions, viewJobOf } from './media-options';
import type { Place } from './queue';
import { pictureFacts, receiptFacts } from './receipt';
import { Refusal, wordsOf } from './refusal';
import { shownPicture } from './shown-picture';

/** The most bytes of PNG in one result: clients that talk over pipes read messages of 10 MB at most, as base64. */
const RESULT_BYTES = 7e6;

const INSTRUCTIONS = `Zoetrope looks at videos, photographs and 3D scenes on this machine. Name files by their absolute paths; only files in the folders that the user allowed can be opened. sample_frames and capture_views return pictures for you to look at; ask has the local model look at them and answer.`;

const path = (what: string) => z.string().min(1).describe(`The absolute path of ${what}, in an allowed folder.`);
const longestSide = z
  .number()
  .int()
  .min(16)
  .max(4096)
  .default(512)
  .describe('Pictures are reduced to at most this many pixels on their longest side.');

const SampleFrames = VideoOptions.extend({ path: path('a video'), longest_side: longestSide });
const CaptureViews = SceneOptions.extend({ path: path('a 3D scene, a file or a folder'), longest_side: longestSide });
const Ask = z.object({
  question: z
    .string()
    .min(1)
    .describe(
      'The question. <image> stands for the next of the media; without any, the media stand before the question, in order.',
    ),
  media: z
    .array(
      z.discriminatedUnion('type', [
        z.object({
          type: z.literal('image'),
          path: z.string().min(1).describe('The absolute path of a picture, or data:image/png;base64,...'),
        }),
        VideoOptions.extend({ type: z.literal('video'), path: path('a video') }),
        SceneOptions.extend({ type: z.literal('scene'), path: path('a 3D scene') }),
      ]),
    )
    .max(64)
    .default([])
    .describe('What the question is about, in order.'),
  frame_times: z.boolean().default(false).describe('Tell the model the time of each frame.'),
  subtitles: z.boolean().default(false).describe('Tell the model the subtitles at each frame.'),
  max_tokens: z.number().int().min(1).max(8192).default(256).describe('The longest answer.'),
  temperature: z.number().min(0).max(5).default(0).describe('0: the likeliest words.'),
});

const Picture = z.looseObject({
  number: z.number(),
  source: z.string(),
  kind: z.enum(['frame', 'view', 'photo']),
  sha256: z.string(),
  width: z.number(),
  height: z.number(),
});
const Pictures = z.object({ pictures: z.array(Picture), notes: z.array(z.string()) });
const Answer = z.looseObject({
  answer: z.string(),
  finish: z.string(),
  pictures: z.array(Picture),
  notes: z.array(z.string()),
});

/** A server of the Model Context Protocol, for one client. */
export function mcpServer(answerer: Answerer): McpServer {
  const { version } = answerer.options;
  const server = new McpServer({ name: 'zoetrope', title: 'Zoetrope', version }, { instructions: INSTRUCTIONS });
  const reads = { readOnlyHint: true, openWorldHint: false };

  server.registerTool(
    'sample_frames',
    {
      title: 'Frames of a video',
      description:
        'Takes exact frames of a video file and returns them as PNG pictures, each with its time. Says of each the frame number, the time stamp, and the SHA-256 of its full-size pixels.',
      inputSchema: SampleFrames,
      outputSchema: Pictures,
      annotations: reads,
    },
    ({ path: address, longest_side, ...options }, context) =>
      call(answerer, context, (place, running) => {
        const medium: AskedMedium = { kind: 'video', address, field: 'path', plan: planOf(options, '') };
        return answerer.pictures(medium, place, running, (taken) =>
          shown(answerer, taken, longest_side, running.signal),
        );
      }),
  );

  server.registerTool(
    'capture_views',
    {
      title: 'Views of a 3D scene',
      description:
        'Renders views of a 3D scene (glTF, OBJ, STL, PLY, FBX, USDZ, point clouds, Gaussian splats) and returns them as PNG pictures, each with the pose of its camera.',
      inputSchema: CaptureViews,
      outputSchema: Pictures,
      annotations: reads,
    },
    ({ path: address, longest_side, ...options }, context) =>
      call(answerer, context, (place, running) => {
        const medium: AskedMedium = { kind: 'scene', address, field: 'path', job: viewJobOf(options) };
        return answerer.pictures(medium, place, running, (taken) =>
          shown(answerer, taken, longest_side, running.signal),
        );
      }),
  );

  server.registerTool(
    'ask',
    {
      title: 'Ask the local model',
      description:
        'Asks the vision-language model on this machine about videos, photographs and 3D scenes, in order. Returns its answer, and the receipt: every picture that it saw, with time or pose and hash.',
      inputSchema: Ask,
      outputSchema: Answer,
      annotations: reads,
    },
    (asked, context) =>
      call(answerer, context, async (place, running, progress) => {
        const { text, receipt, notes } = await answerer.answer(
          {
            turns: [{ role: 'user', parts: partsOf(asked) }],
            sampling: Sampling.parse({ maxNewTokens: asked.max_tokens, temperature: asked.temperature }),
            stops: [],
            frameTimes: asked.frame_times,
            subtitles: asked.subtitles,
          },
          place,
          { ...running, onText: () => progress?.piece() },
        );
        return {
          content: [{ type: 'text', text }, ...notes.map((note) => ({ type: 'text' as const, text: `Note: ${note}` }))],
          structuredContent: { answer: text, ...receiptFacts(receipt, notes) },
        };
      }),
  );
  return server;
}

/** Runs one call of a tool. What goes wrong is told to the model that called it. */
async function call(
  answerer: Answerer,
  { mcpReq, http }: ServerContext,
  job: (
    place: Place,
    running: JobOptions & { signal: AbortSignal },
    progress: McpProgress | undefined,
  ) => Promise<CallToolResult>,
): Promise<CallToolResult> {
  // A client that has gone cannot be given a result.
  const signal = http?.req ? AbortSignal.any([mcpReq.signal, http.req.signal]) : mcpReq.signal;
  const token = mcpReq._meta?.progressToken;
  const progress =
    token === undefined
      ? undefined
      : new McpProgress((done, message) => {
          const params = { progressToken: token, progress: done, message };
          void mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
        });
  try {
    const place = answerer.enter();
    try {
      return await job(place, { signal, onProgress: (at) => progress?.step(at) }, progress);
    } finally {
      place.leave();
    }
  } catch (error) {
    if (signal.aborted) throw cancelled();
    const { code, detail } = toErrorInfo(error);
    answerer.options.log(code === 'internal' ? `${code}: ${detail}` : `refused: ${code}`);
    return { isError: true, content: [{ type: 'text', text: wordsOf(error, answerer.options.advise) }] };
  }
}

/** Pictures for a client to look at, each after a line that says what it is. */
async function shown(
  answerer: Answerer,
  { items, notes }: Gathered,
  side: number,
  signal: AbortSignal,
): Promise<CallToolResult> {
  const content: CallToolResult['content'] = [];
  const facts = [];
  let bytes = 0;
  for (const [k, item] of items.entries()) {
    throwIfCancelled(signal);
    const { png, width, height } = await shownPicture(answerer.options.engine.pictures, item.picture, side);
    bytes += png.length;
    if (bytes > RESULT_BYTES) {
      throw new Refusal(
        413,
        say`These pictures are too large for one result.`,
        say`Ask for fewer, or for a smaller longest_side.`,
      );
    }
    content.push({ type: 'text', text: lineOf(item, k) });
    content.push({ type: 'image', data: png.toString('base64'), mimeType: 'image/png' });
    facts.push({ ...pictureFacts(item, k), shown: { width, height } });
  }
  content.push(...notes.map((note) => ({ type: 'text' as const, text: `Note: ${note}` })));
  return { content, structuredContent: { pictures: facts, notes } };
}

function lineOf({ origin, picture: { width, height } }: Item, k: number): string {
  const size = `${width}x${height}`;
  if (origin.kind === 'frame') return `Frame ${k + 1}: ${origin.time.toFixed(3)} s, number ${origin.index}, ${size}`;
  if (origin.kind === 'photo') return `Picture ${k + 1}: ${size}`;
  const { cameraToWorld: m, target } = origin.pose;
  const point = (values: readonly (number | undefined)[]): string =>
    `(${values.map((value) => (value ?? 0).toFixed(2)).join(', ')})`;
  return `View ${k + 1}: from ${point([m[3], m[7], m[11]])} towards ${point(target)}, ${size}`;
}

/** The question and its media as one sequence. @throws Refusal unless each medium has its place, or none has. */
function partsOf({ question, media }: z.infer<typeof Ask>): AskedPart[] {
  const asked = media.map((medium, k): AskedMedium => {
    const { type, path: address, ...options } = medium;
    const field = `media[${k}]`;
    if (type === 'image') return { kind: 'image', address, field };
    if (type === 'video') return { kind: 'video', address, field, plan: planOf(options as VideoOptions, field) };
    return { kind: 'scene', address, field, job: viewJobOf(options as SceneOptions) };
  });
  const text = withMarks(question);
  const places = placeholderCount(text);
  if (places !== 0 && places !== asked.length) {
    throw new Refusal(
      400,
      say`The question has ${places} <image> for ${asked.length} media.`,
      say`Write one for each, or none.`,
    );
  }
  if (places === 0) return [...asked, { kind: 'text', text }];
  const between = text.split(PLACEHOLDER).map((words): AskedPart => ({ kind: 'text', text: words }));
  return between
    .flatMap((words, k) => (k === 0 ? [words] : [asked[k - 1]!, words]))
    .filter((part) => part.kind !== 'text' || part.text !== '');
}
