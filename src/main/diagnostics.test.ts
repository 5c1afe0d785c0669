// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { say } from '../contract';
import { diagnostics } from './diagnostics';

const secret = 'Grandmother-7f3a';
const time = '2026-01-02T03:04:05.678Z';
const quiet = {
  library: { ok: true, what: say`Part of it cannot be read.` },
  facts: [{ name: 'zoetrope' as const, value: '1.2.3' }],
};

it('says what helps', () => {
  const text = diagnostics({
    ...quiet,
    troubles: [
      { at: Date.parse(time), what: say`The model "${secret}" stopped the model engine, so another one answers now.` },
    ],
    log: [
      `${time} video.open: not-a-video "${secret}.mp4" is not a video. /home/${secret}`,
      `${time} engine: died: exit code 11 ${secret}`,
      `    at /home/${secret}`,
    ],
  });
  expect(text.split('\n')).toEqual([
    'zoetrope: 1.2.3',
    'Library: ok',
    '',
    'Troubles',
    `${time} The model "{0}" stopped the model engine, so another one answers now.`,
    '',
    'Log',
    `${time} video.open not-a-video`,
    `${time} engine exit code 11`,
    '',
  ]);
});

it('never says a name, a path or a question, however the log is written', () => {
  const word = fc.constantFrom(
    time,
    'engine',
    'start',
    'conversation.ask',
    'internal',
    ':',
    ' ',
    '\n',
    'died: exit code ',
    '-1',
    secret,
    `/home/${secret}/a b.mp4`,
    `Where is ${secret}?`,
  );
  fc.assert(
    fc.property(fc.array(fc.array(word).map((words) => words.join(''))), (log) => {
      expect(
        diagnostics({
          ...quiet,
          troubles: [{ at: 0, what: say`The model "${secret}" stopped the model engine, so another one answers now.` }],
          log,
        }),
      ).not.toContain(secret);
    }),
  );
});
