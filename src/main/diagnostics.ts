// SPDX-License-Identifier: Apache-2.0
import { api, ERROR_CODES, type Happened } from '../contract';

/** Words that may begin a line of our log. */
const TOPICS: ReadonlySet<string> = new Set(['start', 'window', 'engine', 'trial', 'graphics', ...Object.keys(api)]);
const CODES: ReadonlySet<string> = new Set(ERROR_CODES);

/**
 * A report without the user's names, paths or words. It contains only what is known to be harmless: facts about the
 * machine, the fixed texts of failures without the values inserted into them, and of each log line the time, topic,
 * error code and exit code.
 */
export function diagnostics({ troubles, library, facts, log }: Happened): string {
  return [
    ...facts.map(({ name, value }) => `${name}: ${value}`),
    `Library: ${library.ok ? 'ok' : 'damaged'}`,
    '',
    'Troubles',
    ...troubles.map(({ at, what }) => `${new Date(at).toISOString()} ${what.template}`),
    '',
    'Log',
    ...log.flatMap(harmless),
    '',
  ].join('\n');
}

function harmless(line: string): string[] {
  const [, time, topic = '', text = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([\w.-]+): (.*)$/.exec(line) ?? [];
  if (time === undefined || !TOPICS.has(topic)) return [];
  const [first = ''] = text.split(' ');
  const exit = /^died: exit code (-?\d{1,10})\b/.exec(text)?.[1];
  return [
    [time, topic, ...(CODES.has(first) ? [first] : []), ...(exit === undefined ? [] : [`exit code ${exit}`])].join(' '),
  ];
}
