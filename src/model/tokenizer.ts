// SPDX-License-Identifier: Apache-2.0
/**
 * The tokenizer of a model: byte-level BPE as in Qwen2. Control tokens (`<|im_start|>`, `<image>` ...) steer the model,
 * so they are recognised only in text that we write ourselves and never in the user's text.
 */

import { Tokenizer as BpeTokenizer } from '@huggingface/tokenizers';
import { say, ZoetropeError, type SentenceValue } from '../contract';
import { requireJson } from './folder';

interface AddedToken {
  id: number;
  content: string;
  special: boolean;
}

/** A step that splits text before BPE. */
interface PreTokenizer {
  type?: string;
  pretokenizers?: PreTokenizer[];
  individual_digits?: boolean;
  [setting: string]: unknown;
}

interface TokenizerJson {
  pre_tokenizer?: PreTokenizer | null;
  added_tokens: AddedToken[];
  model: { type?: string; vocab: Record<string, number>; merges: unknown[] };
  decoder: { type?: string } | null;
}

/** Decodes tokens one by one, and never returns part of a character; a last incomplete one is dropped. */
export interface DecodeStream {
  /** @returns the text that this token completes; empty while a character is incomplete. */
  push(id: number): string;
}

export class Tokenizer {
  private readonly bytesOfId: (Uint8Array | undefined)[] = [];
  private readonly controlIds = new Map<string, number>();
  private readonly withControl: BpeTokenizer;
  private readonly plain: BpeTokenizer;

  /** @throws ZoetropeError `model-unsupported` unless it is byte-level BPE, `model-broken` for a damaged file. */
  constructor(json: unknown, config: unknown) {
    const tokenizer = withAllNumerals(checkTokenizer(json));
    const settings = typeof config === 'object' && config !== null ? config : {};
    try {
      this.withControl = new BpeTokenizer(tokenizer, settings);
      // The same tokenizer without its control tokens: "<|im_end|>" in a user's text is then seven ordinary tokens.
      const added = tokenizer.added_tokens.filter((token) => !isControl(token));
      this.plain = new BpeTokenizer({ ...tokenizer, added_tokens: added }, settings);
    } catch (error) {
      throw broken(String(error));
    }
    const byteOfChar = byteAlphabet();
    for (const [token, id] of Object.entries(tokenizer.model.vocab)) {
      const bytes = Array.from(token, (char) => byteOfChar.get(char));
      if (bytes.every((b) => b !== undefined)) this.bytesOfId[id] = Uint8Array.from(bytes);
    }
    const utf8 = new TextEncoder();
    for (const token of tokenizer.added_tokens) {
      if (isControl(token)) {
        this.controlIds.set(token.content, token.id);
        this.bytesOfId[token.id] = undefined;
      } else this.bytesOfId[token.id] = utf8.encode(token.content);
    }
  }

  /** Ids of untrusted text; never contains a control token. */
  encodeText(text: string): number[] {
    return encodeWith(this.plain, text);
  }

  /** Ids of text that we wrote ourselves, such as a chat template: control tokens in it are recognised. */
  encode(text: string): number[] {
    return encodeWith(this.withControl, text);
  }

  /** Whether a text is the name of a control token. */
  isControl(name: string): boolean {
    return this.controlIds.has(name);
  }

  /**
   * The id of a control token by its name, such as `<|im_start|>` or `<image>`.
   * @throws ZoetropeError `model-unsupported` if the tokenizer has no such token.
   */
  controlId(name: string): number {
    const id = this.controlIds.get(name);
    if (id === undefined) {
      throw new ZoetropeError(
        'model-unsupported',
        say`The model's tokenizer has no token "${name}".`,
        say`Choose another model.`,
      );
    }
    return id;
  }

  /** The text of ids, without control tokens. Invalid UTF-8 becomes U+FFFD. */
  decode(ids: readonly number[]): string {
    const stream = new TextDecoder('utf-8', { ignoreBOM: true });
    let text = '';
    for (const id of ids) text += stream.decode(this.bytesOfId[id] ?? NOTHING, { stream: true });
    return text + stream.decode();
  }

  decodeStream(): DecodeStream {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return {
      push: (id) => decoder.decode(this.bytesOfId[id] ?? NOTHING, { stream: true }),
    };
  }
}

const NOTHING = new Uint8Array(0);

/** Reads `tokenizer.json` and `tokenizer_config.json` of a model folder. Errors as the constructor and `requireJson`. */
export async function readTokenizer(dir: string): Promise<Tokenizer> {
  return new Tokenizer(await requireJson(dir, 'tokenizer.json'), await requireJson(dir, 'tokenizer_config.json'));
}

/** Whether a token is a control token. `<image>` is one, although some tokenizers do not mark it as special. */
function isControl(token: AddedToken): boolean {
  return token.special || token.content === '<image>';
}

function encodeWith(tokenizer: BpeTokenizer, text: string): number[] {
  if (text === '') return [];
  const { ids } = tokenizer.encode(text, { add_special_tokens: false });
  // With a complete byte alphabet nothing is unknown; undefined would later become token 0.
  if (ids.some((id) => typeof id !== 'number')) throw broken('a byte has no token');
  return ids;
}

/**
 * The same tokenizer with its digits split as in the original library, which takes all numerals of Unicode for digits; this
 * one takes only 0 to 9.
 */
function withAllNumerals(tokenizer: TokenizerJson): TokenizerJson {
  const rewritten = (step: PreTokenizer): PreTokenizer => {
    if (step.type === 'Sequence') return { ...step, pretokenizers: (step.pretokenizers ?? []).map(rewritten) };
    if (step.type !== 'Digits') return step;
    const Regex = step.individual_digits ? '\\p{N}' : '\\p{N}+';
    return { type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false };
  };
  return { ...tokenizer, ...(tokenizer.pre_tokenizer && { pre_tokenizer: rewritten(tokenizer.pre_tokenizer) }) };
}

function checkTokenizer(json: unknown): TokenizerJson {
  const t = json as Partial<TokenizerJson> | null;
  if (typeof t !== 'object' || t === null || typeof t.model?.vocab !== 'object' || !Array.isArray(t.model.merges)) {
    if (typeof t?.model?.type === 'string' && t.model.type !== 'BPE') throw unsupported(t.model.type);
    throw broken('no vocabulary or merges');
  }
  if (t.model.type !== undefined && t.model.type !== 'BPE') throw unsupported(t.model.type);
  if (t.decoder?.type !== 'ByteLevel') throw unsupported(say`BPE with the decoder ${t.decoder?.type ?? 'none'}`);
  if (!Array.isArray(t.added_tokens)) throw broken('no added tokens');
  return t as TokenizerJson;
}

function unsupported(kind: SentenceValue): ZoetropeError {
  return new ZoetropeError(
    'model-unsupported',
    say`This model cannot be used: its tokenizer is ${kind}, not byte-level BPE.`,
    say`Choose another model.`,
  );
}

function broken(detail: string): ZoetropeError {
  return new ZoetropeError(
    'model-broken',
    say`The model's file tokenizer.json is damaged.`,
    say`Download the model again.`,
    detail,
  );
}

/** GPT-2's printable characters for bytes: printable Latin-1 stands for itself, the rest for U+0100 upwards. */
function byteAlphabet(): Map<string, number> {
  const map = new Map<string, number>();
  let next = 256;
  for (let byte = 0; byte < 256; byte++) {
    const itself = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    map.set(String.fromCharCode(itself ? byte : next++), byte);
  }
  return map;
}
