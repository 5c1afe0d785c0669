// SPDX-License-Identifier: Apache-2.0
import { TextEncodingName, type FileEncoding } from '../../contract';

/** Share of zero bytes from which a text counts as UTF-16. */
const SHOWN = 0.2;
/** Bytes of lines with non-ASCII letters that are examined: thousands of words. */
const TELLING_BYTES = 64_000;
/**
 * With fewer isolated non-ASCII letters than this, the language is unclear: below this confidence, Western European is
 * assumed.
 */
const FEW = 8;
const UNSURE = 0.05;

/** The text of a file, without its byte order mark. */
export const decodeText = (bytes: Uint8Array, encoding: TextEncodingName): string =>
  new TextDecoder(encoding).decode(bytes);

/**
 * The encoding of a file's text: from its byte order mark if there is one, else UTF-16 if its zero bytes suggest it,
 * else UTF-8 if it is valid UTF-8, else what the detector guesses from the words.
 */
export async function encodingOf(bytes: Uint8Array): Promise<FileEncoding> {
  const [a, b, c] = bytes;
  if (a === 0xff && b === 0xfe) return { name: 'utf-16le', guessed: false };
  if (a === 0xfe && b === 0xff) return { name: 'utf-16be', guessed: false };
  if (a === 0xef && b === 0xbb && c === 0xbf) return { name: 'utf-8', guessed: false };
  const zeros = [0, 0];
  bytes.forEach((byte, i) => byte === 0 && zeros[i & 1]!++);
  if (zeros[1]! > bytes.length * SHOWN) return { name: 'utf-16le', guessed: true };
  if (zeros[0]! > bytes.length * SHOWN) return { name: 'utf-16be', guessed: true };
  if (isUtf8(bytes))
    return hasJapaneseEscapes(bytes) ? { name: 'iso-2022-jp', guessed: true } : { name: 'utf-8', guessed: false };
  return { name: await guess(bytes), guessed: true };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Whether there are escapes of ISO-2022-JP, which is all ASCII: ESC $ B starts Japanese. */
const hasJapaneseEscapes = (bytes: Uint8Array): boolean =>
  bytes.some((byte, i) => byte === 0x1b && bytes[i + 1] === 0x24 && (bytes[i + 2] === 0x42 || bytes[i + 2] === 0x40));

async function guess(bytes: Uint8Array): Promise<TextEncodingName> {
  const { detectAll } = await import('jschardet'); // a megabyte that most files do not need
  const { words, high, single } = tellingLines(bytes);
  const found = detectAll(words).flatMap(({ encoding, confidence }) => {
    const name = known(encoding);
    return name === undefined ? [] : [{ name, confidence }];
  });
  const [best] = found;
  if (!best || (single === high && high < FEW && best.confidence < UNSURE)) return 'windows-1252';
  const sibling = found.find(
    ({ name, confidence }) => name === WINDOWS[best.name] && confidence > 0.9 * best.confidence,
  );
  return (sibling ?? best).name;
}

/** Windows code pages, mostly used for subtitles, for code pages that share most letters with them. */
const WINDOWS: Partial<Record<TextEncodingName, TextEncodingName>> = {
  'iso-8859-2': 'windows-1250',
  'iso-8859-7': 'windows-1253',
};

/** The detector's result as a name of TextDecoder, if we support it. */
function known(detected: string | null): TextEncodingName | undefined {
  const alias: Record<string, string> = {
    cp932: 'shift_jis',
    cp949: 'euc-kr',
    cp874: 'windows-874',
    gb2312: 'gb18030',
    gbk: 'gb18030',
    cp866: 'ibm866',
  };
  const name = (detected ?? '').toLowerCase();
  const { data } = TextEncodingName.safeParse(alias[name] ?? name);
  return data === 'utf-8' || data?.startsWith('utf-16') ? undefined : data;
}

/**
 * The lines that are not plain ASCII. `high`: number of non-ASCII bytes in them, `single`: how many of these stand
 * alone.
 */
function tellingLines(bytes: Uint8Array): { words: Uint8Array; high: number; single: number } {
  const words: number[] = [];
  let high = 0;
  let single = 0;
  for (let from = 0; from < bytes.length && words.length < TELLING_BYTES;) {
    const end = bytes.indexOf(10, from);
    const line = bytes.subarray(from, Math.min(end < 0 ? bytes.length : end + 1, from + TELLING_BYTES));
    from = end < 0 ? bytes.length : end + 1;
    if (!line.some((byte) => byte > 0x7f)) continue;
    for (const [i, byte] of line.entries()) {
      words.push(byte);
      if (byte <= 0x7f) continue;
      high++;
      if (!(line[i - 1]! > 0x7f || line[i + 1]! > 0x7f)) single++;
    }
  }
  return { words: Uint8Array.from(words), high, single };
}
