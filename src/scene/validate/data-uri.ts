// SPDX-License-Identifier: Apache-2.0
/**
 * The bytes of a `data:` URL, or null if it is not one or is damaged. Decoded here because the page's content security
 * policy does not allow fetching `data:`.
 */
export function dataUriBytes(uri: string): Uint8Array<ArrayBuffer> | null {
  const match = /^data:[^,]*?(;base64)?,/i.exec(uri.slice(0, 300));
  if (!match) return null;
  const body = uri.slice(match[0].length);
  try {
    const text = match[1] ? atob(body) : decodeURIComponent(body);
    return Uint8Array.from(text, (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}
