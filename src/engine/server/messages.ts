// SPDX-License-Identifier: Apache-2.0
import { pictureName, type Turn } from '../../contract';
import type { EncodedPicture, EncodedPictures } from './pictures';

/**
 * A part of a message: text or a picture, in the order in which they were composed. Two texts are never adjacent,
 * because servers differ in how they join them.
 */
export type MessagePart = { type: 'text'; text: string } | { type: 'picture'; picture: EncodedPicture };
export type Message = { role: 'system' | 'assistant'; text: string } | { role: 'user'; parts: MessagePart[] };

export function messagesOf(turns: readonly Turn[], pictures: EncodedPictures, system = ''): Message[] {
  const opening: Message[] = system === '' ? [] : [{ role: 'system', text: system }];
  return [
    ...opening,
    ...turns.map((turn): Message => {
      if (turn.role === 'assistant') return turn;
      const parts: MessagePart[] = [];
      for (const part of turn.parts) {
        const last = parts.at(-1);
        if (part.type === 'image') {
          parts.push({ type: 'picture', picture: pictures.get(pictureName(part.item.picture))! });
        } else if (last?.type === 'text') last.text += part.text;
        else if (part.text !== '') parts.push({ type: 'text', text: part.text });
      }
      return { role: 'user', parts };
    }),
  ];
}

export const pictureCount = (messages: readonly Message[]): number =>
  messages.reduce(
    (sum, message) => sum + ('parts' in message ? message.parts.filter(({ type }) => type === 'picture').length : 0),
    0,
  );

/** UTF-8 bytes of all texts together. */
export const textBytes = (messages: readonly Message[]): number =>
  messages
    .flatMap((message) => ('parts' in message ? message.parts : [{ type: 'text' as const, text: message.text }]))
    .reduce((sum, part) => sum + (part.type === 'text' ? Buffer.byteLength(part.text) : 0), 0);

/**
 * Messages in the format of OpenAI's chat completions. A question without pictures is a plain string, because servers
 * of text models require that.
 * @param url returns the URL of a picture: its data, or for a receipt only its name.
 */
export const openaiMessages = (messages: readonly Message[], url: (picture: EncodedPicture) => string): object[] =>
  messages.map((message) => {
    if (!('parts' in message)) return { role: message.role, content: message.text };
    const [only] = message.parts;
    if (message.parts.length === 1 && only?.type === 'text') return { role: 'user', content: only.text };
    return {
      role: 'user',
      content: message.parts.map((part) =>
        part.type === 'text' ? part : { type: 'image_url', image_url: { url: url(part.picture) } },
      ),
    };
  });

/**
 * Messages in the format of Ollama's chat API, in which a message holds a text and, separately, pictures. The position
 * of pictures in the text is expressed in one of two ways, depending on how the model's prompt is made:
 * - by a template: `[img]` in the text is replaced by the next picture. If the user typed this mark, it is broken up so
 *   that it does not take a picture's place.
 * - by a renderer (`/api/show` names one): pictures stand before the text of their message. Each picture therefore
 *   begins a new message. Ollama treats OpenAI's content parts in the same way.
 * @param data returns the data of a picture: base64, or for a receipt only its name.
 */
export function ollamaMessages(
  messages: readonly Message[],
  hasRenderer: boolean,
  data: (picture: EncodedPicture) => string,
): object[] {
  return messages.flatMap((message): object[] => {
    if (!('parts' in message)) return [{ role: message.role, content: message.text }];
    if (hasRenderer) return splitMessages(message.parts, data);
    let content = '';
    const images: string[] = [];
    for (const part of message.parts) {
      if (part.type === 'text') content += part.text.replaceAll('[img', '[ img');
      else {
        content += '[img]';
        images.push(data(part.picture));
      }
    }
    return [{ role: 'user', content, ...(images.length > 0 && { images }) }];
  });
}

function splitMessages(parts: readonly MessagePart[], data: (picture: EncodedPicture) => string): object[] {
  const out: { role: 'user'; content: string; images?: string[] }[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (part.type === 'picture') {
      // Consecutive pictures may share a message.
      if (last?.images && last.content === '') last.images.push(data(part.picture));
      else out.push({ role: 'user', content: '', images: [data(part.picture)] });
    } else if (last) last.content += part.text.replaceAll('[img', '[ img');
    else out.push({ role: 'user', content: part.text.replaceAll('[img', '[ img') });
  }
  return out;
}
