// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  api,
  cancelled,
  errorIn,
  inEnglish,
  languageOf,
  notices,
  plainName,
  say,
  sentenceIn,
  toErrorInfo,
  ZoetropeError,
} from './index';
import { ErrorInfo } from './wire';

const empty = (name: string) => say`"${name}" is empty.`;

describe('a sentence', () => {
  it('is said in the language that is asked for', () => {
    expect(inEnglish(empty('a.mp4'))).toBe('"a.mp4" is empty.');
    expect(sentenceIn(empty('a.mp4'), 'zh')).toBe('“a.mp4”是空文件。');
  });

  it('translates the sentences in it, writes numbers with their marks, lists names', () => {
    expect(inEnglish(say`${'room.glb'} ${say`has about ${1200} million triangles`}.`)).toBe(
      'room.glb has about 1,200 million triangles.',
    );
    expect(sentenceIn(say`${'room.glb'} ${say`has about ${1200} million triangles`}.`, 'zh')).toBe(
      'room.glb 约有 1,200 百万个三角形。',
    );
    const missing = say`${'room.gltf'} needs files that were not opened with it: ${['a.bin', 'b.png']}.`;
    expect(inEnglish(missing)).toBe('room.gltf needs files that were not opened with it: a.bin, b.png.');
    expect(sentenceIn(missing, 'zh')).toBe('room.gltf 需要的文件没有一起打开：a.bin、b.png。');
  });

  it('is English where it has no words in the other language', () => {
    expect(sentenceIn({ template: 'Never written, {0}.', values: ['a'] }, 'zh')).toBe('Never written, a.');
  });

  it('cuts a name of megabytes', () => {
    expect(inEnglish(say`The tensor "${'x'.repeat(30e6)}" is odd.`)).toBe(`The tensor "${'x'.repeat(500)}…" is odd.`);
  });
  it('keeps a name as it is, whatever is in it, but for what turns the direction of writing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('{0}', '$&', '{1}{0}')), (name) => {
        const plain = plainName(name);
        expect(inEnglish(empty(name))).toBe(`"${plain}" is empty.`);
        expect(sentenceIn(empty(name), 'zh')).toBe(`“${plain}”是空文件。`);
      }),
    );
  });
});

describe('an error', () => {
  const error = new ZoetropeError('file-empty', empty('a.mp4'), say`Copy or download it again.`, 'size 0');

  it('crosses a process with its sentences', () => {
    const info = ErrorInfo.parse(structuredClone(toErrorInfo(error)));
    expect(info).toMatchObject({ message: '"a.mp4" is empty.', advice: 'Copy or download it again.' });
    expect(errorIn(info, 'zh')).toEqual({ message: '“a.mp4”是空文件。', advice: '请重新复制或下载。' });
    expect(ZoetropeError.from(info).toInfo()).toEqual(error.toInfo());
  });

  it('reaches the window without its detail, on every way', () => {
    const info = toErrorInfo(error);
    const told = [
      notices['app.notice'].parse({ level: 'warning', error: info }),
      notices['engine.status'].parse({ state: 'failed', error: info }),
      api['app.state'].answer.shape.project.shape.messages.parse([
        { id: 'a', role: 'assistant', createdAt: 1, text: '', status: 'failed', error: info, receipt: null },
      ]),
      api['source.add'].answer.shape.refused.parse([{ name: 'a.mp4', error: info }]),
    ];
    for (const shown of told) {
      expect(JSON.stringify(shown)).toContain('is empty');
      expect(JSON.stringify(shown)).not.toContain('size 0');
    }
  });

  it('is shown also as an earlier version wrote it', () => {
    const info = ErrorInfo.parse({
      code: 'wont-fit',
      message: 'It has {0} of them.',
      advice: 'Copy or download it again.',
    });
    expect(errorIn(info, 'zh')).toEqual({ message: 'It has {0} of them.', advice: '请重新复制或下载。' });
  });

  it('that nobody foresaw is told in both languages, and its words stay in the log', () => {
    const info = toErrorInfo(new TypeError('x is not a function'));
    expect(errorIn(info, 'zh').message).toBe('Zoetrope 内部出错了。');
    expect(info.detail).toContain('x is not a function');
    expect(errorIn(cancelled().toInfo(), 'zh').message).toBe('已停止。');
  });

  it('of a full disk says so, whoever met it', () => {
    for (const code of ['ENOSPC', 'EDQUOT']) {
      expect(toErrorInfo(Object.assign(new Error('full'), { code }))).toMatchObject({
        code: 'disk-full',
        message: 'There is no room left on the disk.',
      });
    }
  });
});

it('the system decides the language where the settings leave it to it', () => {
  expect(['zh-CN', 'zh-Hans', 'en-GB', 'de'].map((locale) => languageOf('system', locale))).toEqual([
    'zh',
    'zh',
    'en',
    'en',
  ]);
  expect(languageOf('en', 'zh-CN')).toBe('en');
});
