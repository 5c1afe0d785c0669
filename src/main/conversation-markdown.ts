import {
  errorIn,
  formatDuration,
  GAPS,
  MATRIX_NAMES,
  type CaptureStrategy,
  type ConversationFile,
  type Item,
  type Language,
  type Message,
  type Origin,
  type Part,
  type Receipt,
  type Transparency,
} from '../contract';
import { harmlessMarkdown } from './answer-markdown';

const STRATEGIES: Readonly<Record<CaptureStrategy, string>> = {
  photograph: '照片',
  current: '当前画面',
  placed: '手动摆放',
  bookmarks: '书签',
  coverage: '看到最多',
  path: '漫游路线',
  file: '文件自带的相机',
  ring: '环绕一周',
  'ring-top': '环绕一周和俯视',
  hemisphere: '地面以上各个方向',
  sphere: '所有方向',
  cube: '从内部向六面',
  room: '从房间内部',
};

const WORDS = {
  en: {
    lead: (app: string, day: string) => `Written by Zoetrope ${app} on ${day}.`,
    question: 'Question',
    answer: 'Answer',
    receipt: 'What the model saw, and how it was asked',
    prompt: 'Prompt',
    status: {
      streaming: 'This answer was still being written.',
      done: '',
      stopped: 'Stopped.',
      failed: 'This answer failed.',
    },
    gone: 'no longer on disk',
    view: 'view',
    photo: 'photograph',
    take: 'take',
    model: 'Model',
    tokens: 'Tokens',
    time: 'Time',
    settings: 'Settings',
    placement: 'Pictures',
    counts: (r: Receipt['tokens']) => `${r.prompt} read, of these ${r.image} for pictures; ${r.generated} written`,
    times: (total: string, first: string) => `${total} in all, the first word after ${first}`,
    greedy: 'the likeliest token each time (temperature 0)',
    drawn: (s: Sampling) => `temperature ${s.temperature}, top-p ${s.topP}, top-k ${s.topK}, seed ${s.seed}`,
    always: (s: Sampling) => `, repetition penalty ${s.repetitionPenalty}, max. ${s.maxNewTokens}`,
    columns: ['', 'File', 'What', 'Place', 'Sent', 'Read as', 'sha256 of the pixels sent', 'sha256 of the pixels read'],
    frame: (o: Frame) =>
      `frame ${o.index}${o.keyframe ? ', a keyframe' : ''}${o.assumedMatrix ? `, colours taken for ${MATRIX_NAMES[o.assumedMatrix]}` : ''}`,
    alpha: (way?: Transparency): string =>
      way === undefined ? '' : way === 'white' ? ', on white where transparent' : ', transparency ignored',
    frameAt: (o: Frame) => `${seconds(o.time)}, pts ${seconds(o.pts)}`,
    viewBy: (o: View) => `view, ${o.strategy}`,
    viewAt: (from: string, to: string) => `from ${from} to ${to}`,
    front: 'before the text',
    interleaved: 'where the text refers to them',
  },
  zh: {
    lead: (app: string, day: string) => `由 Zoetrope ${app} 写于 ${day}。`,
    question: '问题',
    answer: '回答',
    receipt: '模型看到的内容与提问方式',
    prompt: '提示词',
    status: { streaming: '导出时回答仍在书写。', done: '', stopped: '已停止。', failed: '这次回答失败了。' },
    gone: '已不在磁盘上',
    view: '视图',
    photo: '照片',
    take: '片段',
    model: '模型',
    tokens: '词元',
    time: '用时',
    settings: '设置',
    placement: '图片位置',
    counts: (r: Receipt['tokens']) => `读入 ${r.prompt}，其中图片 ${r.image}；写出 ${r.generated}`,
    times: (total: string, first: string) => `共 ${total}，首词用时 ${first}`,
    greedy: '每次取最可能的词元（温度 0）',
    drawn: (s: Sampling) => `温度 ${s.temperature}，top-p ${s.topP}，top-k ${s.topK}，种子 ${s.seed}`,
    always: (s: Sampling) => `，重复惩罚 ${s.repetitionPenalty}，最多 ${s.maxNewTokens} 词元`,
    columns: ['', '文件', '内容', '位置', '交给模型', '模型读到', '交给模型的像素 sha256', '模型读到的像素 sha256'],
    frame: (o: Frame) =>
      `第 ${o.index} 帧${o.keyframe ? '（关键帧）' : ''}${o.assumedMatrix ? `，颜色按 ${MATRIX_NAMES[o.assumedMatrix]} 解读` : ''}`,
    alpha: (way?: Transparency): string =>
      way === undefined ? '' : way === 'white' ? '，透明处衬白底' : '，忽略透明度',
    frameAt: (o: Frame) => `${seconds(o.time)}，pts ${seconds(o.pts)}`,
    viewBy: (o: View) => `视图，${STRATEGIES[o.strategy]}`,
    viewAt: (from: string, to: string) => `从 ${from} 望向 ${to}`,
    front: '文字之前',
    interleaved: '文字提到之处',
  },
};

type Words = (typeof WORDS)['en'];
type Frame = Extract<Origin, { kind: 'frame' }>;
type View = Extract<Origin, { kind: 'view' }>;
type Sampling = Receipt['sampling'];

/** Pictures in a row of a table: more are too small to see. */
const COLUMNS = 4;

const seconds = (time: number): string => `${time.toFixed(3)} s`;

/**
 * A conversation as a Markdown text to be read: questions with their pictures, answers, and under each answer what the
 * model saw and how it was asked.
 * @param numbers that of each question's first picture, by the message's id.
 * @param address where a picture lies, from the file's folder; null if it is no longer there.
 */
export function conversationMarkdown(
  chat: ConversationFile,
  numbers: ReadonlyMap<string, number>,
  address: (item: Item) => string | null,
  language: Language,
): string {
  const words = WORDS[language];
  const blocks = [
    `# ${literal(chat.project)}`,
    words.lead(chat.app, new Date(chat.exportedAt).toLocaleDateString(language, { dateStyle: 'long' })),
  ];
  for (const message of chat.messages) {
    if (message.role === 'user')
      blocks.push(`## ${words.question}`, ...asked(message.parts, numbers.get(message.id) ?? 1, address, words));
    else blocks.push(`## ${words.answer}`, ...answered(message, chat.messages, language));
  }
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Words and pictures in their order. */
function asked(parts: readonly Part[], first: number, address: (item: Item) => string | null, words: Words): string[] {
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
    const caption = `${number++} · ${captionOf(part.item.origin, words)}`;
    run.push([where === null ? `*${words.gone}*` : `![${caption}](${where})`, caption]);
  }
  flush();
  return blocks;
}

/** What tells a picture from the others. */
function captionOf(origin: Origin, words: Words): string {
  const name = cell(origin.source.name);
  if (origin.kind === 'frame')
    return `${name} · ${origin.take ? `${words.take} ${origin.take} · ` : ''}${origin.label ? `${cell(origin.label)} · ` : ''}${seconds(origin.time)}`;
  return origin.kind === 'view' ? `${name} · ${words.view} ${origin.index + 1}/${origin.count}` : name;
}

/** Pictures over their captions, some in a row. */
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

function answered(
  message: Extract<Message, { role: 'assistant' }>,
  messages: readonly Message[],
  language: Language,
): string[] {
  const words = WORDS[language];
  const { text, status, error, receipt } = message;
  const said = [words.status[status], ...(error ? Object.values(errorIn(error, language)).map(literal) : [])]
    .filter(Boolean)
    .join(GAPS[language]);
  const question = messages[messages.indexOf(message) - 1];
  const placement = question?.role === 'user' ? words[question.placement] : '';
  return [answerText(text), said && `*${said}*`, ...(receipt ? receiptOf(receipt, placement, language) : [])];
}

/** A model's words are Markdown already; nested beyond all use, they are shown as they are. */
function answerText(text: string): string {
  try {
    return harmlessMarkdown(text);
  } catch (error) {
    if (error instanceof RangeError) return literal(text);
    throw error;
  }
}

function receiptOf(
  { model, tokens, timings, sampling, pictures, prompt }: Receipt,
  placement: string,
  language: Language,
): string[] {
  const words = WORDS[language];
  const settings = `${sampling.temperature > 0 ? words.drawn(sampling) : words.greedy}${words.always(sampling)}`;
  const facts: [string, string][] = [
    [words.model, `${literal(model.name)}, ${model.precision}, ${model.provider}, \`${model.fingerprint}\``],
    [words.tokens, words.counts(tokens)],
    [
      words.time,
      words.times(formatDuration(timings.totalMs, language), formatDuration(timings.firstTokenMs, language)),
    ],
    [words.settings, settings],
    ...(placement && pictures.length > 0 ? [[words.placement, placement] as [string, string]] : []),
  ];
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const table = pictures.map(({ origin, picture, input }, k) =>
    row([
      k + 1,
      cell(origin.source.name),
      ...whatOf(origin, words),
      `${picture.width} × ${picture.height}`,
      `${input.width} × ${input.height}`,
      `\`${picture.sha256}\``,
      `\`${input.sha256}\``,
    ]),
  );
  const fence = '`'.repeat(Math.max(3, ...(prompt.match(/`+/g) ?? []).map((run) => run.length + 1)));
  return [
    `### ${words.receipt}`,
    facts.map(([name, value]) => `- ${name}: ${value}`).join('\n'),
    table.length === 0 ? '' : [row(words.columns), `|${' --- |'.repeat(words.columns.length)}`, ...table].join('\n'),
    `${words.prompt}:`,
    `${fence}text\n${prompt}\n${fence}`,
  ];
}

/** What a picture is, and where in its source. */
function whatOf(origin: Origin, words: Words): [string, string] {
  if (origin.kind === 'frame')
    return [`${words.frame(origin)}${words.alpha(origin.transparency)}`, words.frameAt(origin)];
  if (origin.kind === 'photo') return [`${words.photo}${words.alpha(origin.transparency)}`, ''];
  const { cameraToWorld: m, target } = origin.pose;
  const point = (xyz: readonly number[]): string => `(${xyz.map((v) => Number(v.toFixed(3))).join(', ')})`;
  return [words.viewBy(origin), words.viewAt(point([m[3]!, m[7]!, m[11]!]), point(target))];
}

/** Words as they are: nothing in them is taken for Markdown. */
export function literal(text: string): string {
  const lines = text.split(/\r\n|\r|\n/).map((line) =>
    line
      .trim()
      .replace(/[\\`*_[\]<>|~&$]/g, '\\$&')
      .replace(/^(#|-|\+|=|:)/, '\\$1')
      .replace(/^(\d+)([.)])/, '$1\\$2'),
  );
  // A line break of theirs is one of ours; an empty line parts paragraphs.
  return lines
    .join('\n')
    .trim()
    .replace(/([^\n])\n(?!\n)/g, '$1\\\n')
    .replace(/\n{2,}/g, '\n\n');
}

/** The same in one line. */
const cell = (text: string): string => literal(text.replace(/\s+/g, ' '));
