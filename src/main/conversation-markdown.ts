// SPDX-License-Identifier: Apache-2.0
import {
  errorIn,
  formatDuration,
  GAPS,
  MATRIX_NAMES,
  type ConversationFile,
  type Item,
  type Language,
  type Message,
  type Origin,
  type Part,
  type Receipt,
  type Transparency,
} from '../contract';
import type { Answer, Answered } from './answer-messages';
import { harmlessMarkdown } from './answer-markdown';
import { wordsIn } from './words';

/** Returns a text of a saved conversation by its key. */
type Words = (key: string, values?: Record<string, unknown>) => string;
const wordsOf =
  (language: Language): Words =>
  (key, values) =>
    wordsIn(language)(`conversationFile.${key}`, { ...values });

/** Pictures per row of a table; with more they would be too small. */
const COLUMNS = 4;
/** Columns of the table of what the model saw. */
const COLUMN_NAMES = {
  local: ['file', 'what', 'place', 'sent', 'read', 'sentHash', 'readHash'],
  server: ['file', 'what', 'place', 'sent', 'sentAs', 'sentHash', 'fileHash'],
};

const seconds = (time: number): string => `${time.toFixed(3)} s`;

/**
 * A conversation as readable Markdown: questions with their pictures, answers, and below each answer what the model saw
 * and the settings it was asked with.
 * @param numbers the number of each question's first picture, by the message's id.
 * @param address the path of a picture relative to the file's folder; null if the picture no longer exists.
 */
export function conversationMarkdown(
  chat: ConversationFile,
  numbers: ReadonlyMap<string, number>,
  address: (item: Item) => string | null,
  language: Language,
): string {
  const phrase = wordsOf(language);
  const blocks = [
    `# ${literal(chat.project)}`,
    phrase('lead', {
      app: chat.app,
      day: new Date(chat.exportedAt).toLocaleDateString(language, { dateStyle: 'long' }),
    }),
  ];
  for (const message of chat.messages) {
    if (message.role === 'user')
      blocks.push(`## ${phrase('question')}`, ...asked(message.parts, numbers.get(message.id) ?? 1, address, phrase));
    else {
      blocks.push(`## ${phrase('answer')}`, ...answered(message, message, chat.messages, language));
      if (message.beside)
        blocks.push(`## ${phrase('beside')}`, ...answered(message.beside, message, chat.messages, language));
    }
  }
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Text and pictures of a question in their order. */
function asked(parts: readonly Part[], first: number, address: (item: Item) => string | null, phrase: Words): string[] {
  const blocks: string[] = [];
  let run: string[][] = [];
  let number = first;
  const flush = (): void => {
    if (run.length > 0) blocks.push(grid(run));
    run = [];
  };
  for (const part of parts) {
    if (part.type === 'text') {
      flush();
      blocks.push(literal(part.text));
      continue;
    }
    const where = address(part.item);
    const caption = `${number++} · ${captionOf(part.item.origin, phrase)}`;
    run.push([where === null ? `*${phrase('gone')}*` : `![${caption}](${where})`, caption]);
  }
  flush();
  return blocks;
}

/** A short text that distinguishes a picture from the others. */
function captionOf(origin: Origin, phrase: Words): string {
  const name = cell(origin.source.name);
  if (origin.kind === 'frame')
    return `${name} · ${origin.take ? `${phrase('take', { take: origin.take })} · ` : ''}${origin.label ? `${cell(origin.label)} · ` : ''}${seconds(origin.time)}`;
  return origin.kind === 'view' ? `${name} · ${phrase('view', { number: origin.index + 1, of: origin.count })}` : name;
}

/** Pictures with their captions below, several per row. */
function grid(run: readonly (readonly string[])[]): string {
  const columns = Math.min(COLUMNS, run.length);
  const line = (cells: readonly string[]): string =>
    `| ${Array.from({ length: columns }, (_, k) => cells[k] ?? '').join(' | ')} |`;
  const lines: string[] = [];
  for (let at = 0; at < run.length; at += columns) {
    const row = run.slice(at, at + columns);
    lines.push(
      line(row.map(([picture]) => picture!)),
      ...(at === 0 ? [`|${' :-: |'.repeat(columns)}`] : []),
      line(row.map(([, caption]) => caption!)),
    );
  }
  return lines.join('\n');
}

/** An answer of a message: its own, or the one beside it. */
function answered(
  { text, status, error, receipt }: Answered,
  message: Answer,
  messages: readonly Message[],
  language: Language,
): string[] {
  const phrase = wordsOf(language);
  const said = [
    status === 'done' ? '' : phrase(status),
    ...(error ? Object.values(errorIn(error, language)).map(literal) : []),
  ]
    .filter(Boolean)
    .join(GAPS[language]);
  const question = messages[messages.indexOf(message) - 1];
  const placement = question?.role === 'user' ? phrase(question.placement) : '';
  return [answerText(text), said && `*${said}*`, ...(receipt ? receiptOf(receipt, placement, language) : [])];
}

/** The answer as Markdown. If it is nested too deeply to parse, it is shown as plain text. */
function answerText(text: string): string {
  try {
    return harmlessMarkdown(text);
  } catch (error) {
    if (error instanceof RangeError) return literal(text);
    throw error;
  }
}

function receiptOf(receipt: Receipt, placement: string, language: Language): string[] {
  const phrase = wordsOf(language);
  const { timings, sampling, pictures, prompt } = receipt;
  const settings = `${sampling.temperature > 0 ? phrase('drawn', sampling) : phrase('greedy')}${phrase('always', sampling)}`;
  const facts: [string, string][] = [
    ...modelOf(receipt, phrase),
    [
      phrase('time'),
      phrase('times', {
        total: formatDuration(timings.totalMs, language),
        first: timings.firstTokenMs === null ? '?' : formatDuration(timings.firstTokenMs, language),
      }),
    ],
    [phrase('settings'), settings],
    ...(placement && pictures.length > 0 ? [[phrase('placement'), placement] as [string, string]] : []),
  ];
  const isLocal = !('server' in receipt);
  const columns = ['', ...COLUMN_NAMES[isLocal ? 'local' : 'server'].map((name) => phrase(`column.${name}`))];
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const table = pictures.map(({ origin, picture, input, sent }, k) => {
    const became = input ?? sent!;
    return row([
      k + 1,
      cell(origin.source.name),
      ...whatOf(origin, phrase),
      `${picture.width} × ${picture.height}`,
      `${became.width} × ${became.height}`,
      `\`${picture.sha256}\``,
      `\`${became.sha256}\``,
    ]);
  });
  const fence = '`'.repeat(Math.max(3, ...(prompt.match(/`+/g) ?? []).map((run) => run.length + 1)));
  return [
    `### ${phrase('receipt')}`,
    facts.map(([name, value]) => `- ${name}: ${value}`).join('\n'),
    table.length === 0 ? '' : [row(columns), `|${' --- |'.repeat(columns.length)}`, ...table].join('\n'),
    `${phrase(isLocal ? 'prompt' : 'request')}:`,
    `${fence}text\n${prompt}\n${fence}`,
  ];
}

/** The model, what a server is told of, and the tokens. */
function modelOf(receipt: Receipt, phrase: Words): [string, string][] {
  if (!('server' in receipt)) {
    const { model, tokens } = receipt;
    return [
      [phrase('model'), `${literal(model.name)}, ${model.precision}, ${model.provider}, \`${model.fingerprint}\``],
      [phrase('tokens'), phrase('counts', tokens)],
    ];
  }
  const { server, model, tokens, unsent, reasoning } = receipt;
  const { prompt, generated } = tokens;
  const program = server.kind === 'other' ? '' : ` (${[server.kind, server.version].filter(Boolean).join(' ')})`;
  const facts: [string, string][] = [
    [phrase('model'), literal(model.name)],
    [phrase('server'), `${literal(server.host)}${literal(program)}`],
    [phrase('where'), phrase(server.loopback ? 'onThisMachine' : 'leftThisMachine')],
    [phrase('tokens'), phrase('serverCounts', { prompt: prompt ?? '?', generated: generated ?? '?' })],
  ];
  if (unsent.length > 0) facts.push([phrase('unsent'), unsent.join(', ')]);
  if (reasoning !== '') facts.push([phrase('reasoning'), literal(reasoning.replace(/\s+/g, ' '))]);
  return facts;
}

/** What a picture is, and its position in its source. */
function whatOf(origin: Origin, phrase: Words): [string, string] {
  if (origin.kind === 'frame')
    return [
      [
        phrase('frame', { index: origin.index }),
        origin.keyframe ? phrase('keyframe') : '',
        origin.assumedMatrix ? phrase('assumedMatrix', { matrix: MATRIX_NAMES[origin.assumedMatrix] }) : '',
        transparencyOf(origin, phrase),
      ].join(''),
      phrase('frameAt', { time: origin.time.toFixed(3), pts: origin.pts.toFixed(3) }),
    ];
  if (origin.kind === 'photo') {
    const { crop } = origin;
    const whole = crop && `${crop.of.width} × ${crop.of.height}`;
    return [
      `${phrase(crop ? 'crop' : 'photo')}${transparencyOf(origin, phrase)}`,
      crop ? phrase('cropAt', { ...crop, whole }) : '',
    ];
  }
  const { cameraToWorld: m, target } = origin.pose;
  const point = (xyz: readonly number[]): string => `(${xyz.map((v) => Number(v.toFixed(3))).join(', ')})`;
  return [
    phrase('viewBy', { strategy: phrase(`strategy.${origin.strategy}`) }),
    phrase('viewAt', { from: point([m[3]!, m[7]!, m[11]!]), to: point(target) }),
  ];
}

function transparencyOf({ transparency }: { transparency?: Transparency | undefined }, phrase: Words): string {
  if (transparency === undefined) return '';
  return phrase(transparency === 'white' ? 'onWhite' : 'transparencyIgnored');
}

/** Escapes text so that nothing in it is interpreted as Markdown. */
export function literal(text: string): string {
  const lines = text.split(/\r\n|\r|\n/).map((line) =>
    line
      .trim()
      .replace(/[\\`*_[\]<>|~&$]/g, '\\$&')
      .replace(/^(#|-|\+|=|:)/, '\\$1')
      .replace(/^(\d+)([.)])/, '$1\\$2'),
  );
  // Line breaks of the text become line breaks in Markdown; empty lines separate paragraphs.
  return lines
    .join('\n')
    .trim()
    .replace(/([^\n])\n(?!\n)/g, '$1\\\n')
    .replace(/\n{2,}/g, '\n\n');
}

/** Escaped text on one line, for a table cell. */
const cell = (text: string): string => literal(text.replace(/\s+/g, ' '));
