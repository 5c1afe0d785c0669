const NAME = new TextEncoder().encode('AnimationCurve');
const COLON = 58;

/**
 * Gives the curves of animations in an FBX another name, in place: nothing moves here, and three's loader gives a whole
 * file up for a curve it cannot read. In a binary file the name's length stands before it, in text a colon after it.
 */
export function stillFbx(bytes: Uint8Array): void {
  for (let at = bytes.indexOf(NAME[0]!, 1); at >= 0; at = bytes.indexOf(NAME[0]!, at + 1)) {
    if (!NAME.every((letter, k) => bytes[at + k] === letter)) continue;
    if (bytes[at - 1] === NAME.length || bytes[at + NAME.length] === COLON) bytes[at] = 'x'.charCodeAt(0);
  }
}
