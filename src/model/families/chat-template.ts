// SPDX-License-Identifier: Apache-2.0
/**
 * Prompts by a model's own chat template, in Jinja. Typed text is not given to the template, but a mark in its place, so
 * that it cannot become a control token or a part of the template.
 */

import { Template } from '@huggingface/jinja';
import { randomBytes } from 'node:crypto';
import { say, ZoetropeError, type Turn } from '../../contract';
import { imageSpan, placePictures, type PlacedTurn, type PromptSpan } from '../../sequence';

/** Limit in characters; the published ones have some thousand. */
const MOST_TEMPLATE = 200_000;

/** What a mark in the rendered text stands for. */
type Piece = { type: 'text'; text: string } | { type: 'image' | 'video'; spans: PromptSpan[] };

/**
 * The prompt that the template writes, equal to `apply_chat_template` of transformers. A template that would change the
 * order of text and pictures gets them as one text, with the pictures inside.
 * @param system empty or undefined: none.
 * @param isControl whether a text is the name of a control token.
 * @param marks what the template writes for a picture and for a video, where it is not `<image>` and `<video>`.
 * @throws ZoetropeError `model-broken` if the template fails or leaves something out.
 */
export function templatePrompt(
  template: string,
  turns: readonly Turn[],
  system: string | undefined,
  isControl: (name: string) => boolean,
  marks: PictureMarks = { image: '<image>', video: '<video>' },
): PromptSpan[] {
  const placed = placePictures(turns);
  const render = new Renderer(template, isControl, marks);
  return render.spans(placed, system, 'parts') ?? render.spans(placed, system, 'text') ?? fail('something is left out');
}

export interface PictureMarks {
  image: string;
  video: string;
}

class Renderer {
  readonly #template: Template;
  /** Unlike anything that a user types. */
  readonly #nonce = randomBytes(8).toString('hex');

  constructor(
    template: string,
    private readonly isControl: (name: string) => boolean,
    private readonly marks: PictureMarks,
  ) {
    if (template.length > MOST_TEMPLATE) fail(`${template.length} characters`);
    this.#template = parsed(template);
  }

  /** The spans; undefined if the template changes the order of the pieces, or leaves one out. */
  spans(turns: readonly PlacedTurn[], system: string | undefined, as: 'parts' | 'text'): PromptSpan[] | undefined {
    const pieces: Piece[] = [];
    const mark = (piece: Piece): string => `\ue000${this.#nonce}:${pieces.push(piece) - 1}\ue001`;
    const text = (words: string) => ({ type: 'text', text: mark({ type: 'text', text: words }) });
    const messages: object[] = [];
    if (system) messages.push({ role: 'system', content: [text(system)] });
    for (const turn of turns) {
      if (turn.role === 'assistant') {
        messages.push({ role: 'assistant', content: [text(turn.text)] });
        continue;
      }
      const content = piecesOf(turn).map((piece) => {
        if (piece.type === 'text') return text(piece.text);
        if (as === 'text') return { type: 'text', text: mark(piece) };
        pieces.push(piece);
        return { type: piece.type };
      });
      // As one text: the template may write something before each.
      const whole = content.map((part) => ('text' in part ? part.text : '')).join('');
      messages.push({ role: 'user', content: as === 'text' ? [{ type: 'text', text: whole }] : content });
    }
    let rendered: string;
    try {
      rendered = this.#template.render({ messages, add_generation_prompt: true, bos_token: '', eos_token: '' });
    } catch (error) {
      return fail(String(error));
    }
    const { image, video } = this.marks;
    return this.#parse(rendered.replaceAll(video, '<video>').replaceAll(image, '<image>'), pieces);
  }

  /** @param pieces in the order in which they have to appear. */
  #parse(rendered: string, pieces: readonly Piece[]): PromptSpan[] | undefined {
    const spans: PromptSpan[] = [];
    const write = (words: string): void => {
      const last = spans.at(-1);
      if (words === '') return;
      if (last?.type === 'text') last.text += words;
      else spans.push({ type: 'text', text: words });
    };
    const show = (piece: Piece): void => {
      if (piece.type === 'text') write(piece.text);
      else
        for (const span of piece.spans)
          if (span.type === 'text') write(span.text);
          else spans.push(span);
    };
    let next = 0;
    const marks = new RegExp(`(\ue000${this.#nonce}:\\d+\ue001|<[^<>\\s]{1,60}>)`);
    for (const chunk of rendered.split(marks)) {
      const piece = pieces[next];
      const number = chunk.startsWith('\ue000') ? Number(/:(\d+)/.exec(chunk)?.[1]) : undefined;
      if (number !== undefined) {
        if (number !== next) return undefined;
        show(piece!);
        next++;
      } else if (chunk === '<image>' || chunk === '<video>') {
        if (piece?.type !== chunk.slice(1, -1)) return undefined;
        show(piece);
        next++;
      } else if (this.isControl(chunk)) spans.push({ type: 'control', token: chunk });
      else write(chunk);
    }
    return next === pieces.length ? spans : undefined;
  }
}

/** A question as text, pictures, and videos with what is written between their frames. */
function piecesOf(turn: Extract<PlacedTurn, { role: 'user' }>): Piece[] {
  const pieces: Piece[] = [];
  let video: number | undefined;
  turn.parts.forEach((part, at) => {
    if (part.type === 'image') {
      const last = pieces.at(-1);
      const continues = part.way === 'video' && part.video === video && last?.type === 'video';
      if (continues) last.spans.push(imageSpan(part));
      else pieces.push({ type: part.way === 'video' ? 'video' : 'image', spans: [imageSpan(part)] });
      video = part.video;
      return;
    }
    const next = turn.parts.slice(at + 1).find((other) => other.type === 'image');
    const last = pieces.at(-1);
    const inside = part.caption && last?.type === 'video' && next?.type === 'image' && next.video === video;
    if (inside) last.spans.push({ type: 'text', text: part.text });
    else if (last?.type === 'text') last.text += part.text;
    else if (part.text !== '') pieces.push({ type: 'text', text: part.text });
  });
  return pieces;
}

function parsed(template: string): Template {
  try {
    return new Template(template);
  } catch (error) {
    return fail(String(error));
  }
}

function fail(detail: string): never {
  throw new ZoetropeError(
    'model-broken',
    say`The model's chat template cannot be used.`,
    say`Download the model again, or choose another one.`,
    detail,
  );
}
