/** A share of bytes in this many of which UTF-16 shows itself by its zeros. */
const SHOWN = 0.2;

/**
 * The text of a file that does not say how it is written: by its mark if it has one, else UTF-16 by its zeros, else
 * UTF-8 if it can be that, else GB18030 if its bytes come in pairs as Chinese ones do, else Western European.
 */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes); // which leaves out a mark
}

export function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' | 'windows-1252' {
  const [a, b, c] = bytes;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  const zeros = [0, 0];
  bytes.forEach((byte, i) => byte === 0 && zeros[i & 1]!++);
  if (zeros[1]! > bytes.length * SHOWN) return 'utf-16le';
  if (zeros[0]! > bytes.length * SHOWN) return 'utf-16be';
  if (isUtf8(bytes)) return 'utf-8';
  return looksChinese(bytes) ? 'gb18030' : 'windows-1252';
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** In Chinese text nearly every high byte has another beside it; in Western text it stands among plain letters. */
function looksChinese(bytes: Uint8Array): boolean {
  let pairs = 0;
  let high = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! < 0x80) continue;
    high++;
    if (i + 1 < bytes.length && bytes[i + 1]! >= 0x80) {
      pairs++;
      i++;
    }
  }
  return high > 0 && pairs / high > 0.8;
}
