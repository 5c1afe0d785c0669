// SPDX-License-Identifier: Apache-2.0
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { toErrorInfo, type ErrorInfo } from '../contract';
import { zoetrope } from './commands';
import { asUsage } from './define';

const root = zoetrope(new AbortController().signal);
const leaves = (at: CommandUnknownOpts, path: string[] = []): { path: string[]; command: CommandUnknownOpts }[] =>
  at.commands.length === 0 ? [{ path, command: at }] : at.commands.flatMap((one) => leaves(one, [...path, one.name()]));
const commands = leaves(root).filter(({ path }) => path[0] !== 'help');
const optionsOf = (command: CommandUnknownOpts): string[] => command.options.map(({ long }) => long!);
const namedIn = (text: string): string[] => text.match(/--[a-z][a-z-]*/g) ?? [];

/** Runs a command. Returns what it prints, and the error as it is shown; null if there is none. */
async function run(...args: string[]): Promise<{ out: string; error: ErrorInfo | null }> {
  let out = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  const thrown = await zoetrope(new AbortController().signal)
    .parseAsync(args, { from: 'user' })
    .then(() => null, asUsage);
  write.mockRestore();
  return { out, error: thrown === null ? null : toErrorInfo(thrown) };
}

describe('docs/command-line.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/command-line.md'), 'utf8');
  const synopses = page
    .match(/```\n([^]*?)```/)![1]!
    .trim()
    .split('\n');
  const sections = page.split(/^## /m).slice(1);
  /** The options listed in the tables of the section about a command. */
  const inTables = (name: string): string[] =>
    sections
      .filter((section) => section.split('\n', 1)[0]!.split(', ').includes(name))
      .flatMap((section) => section.match(/^\| `--.*?[^\\] \|/gm) ?? [])
      .flatMap(namedIn);

  it.each(commands.map(({ path, command }) => [path.join(' '), command] as const))(
    'has every option of %s, and no other',
    (path, command) => {
      const lines = synopses.filter((line) => line.startsWith(`${path} `));
      expect(lines).toHaveLength(1);
      const inLine = namedIn(lines[0]!);
      expect(inLine.filter((name) => !optionsOf(command).includes(name))).toEqual([]);
      const written = [...inLine, ...inTables(path.split(' ')[0]!)];
      expect(optionsOf(command).filter((name) => !written.includes(name))).toEqual([]);
    },
  );

  it('has no command and no table of options that there is not', () => {
    expect(synopses).toHaveLength(commands.length);
    for (const { path } of commands) {
      const known = commands.filter((other) => other.path[0] === path[0]).flatMap(({ command }) => optionsOf(command));
      expect(inTables(path[0]!).filter((name) => !known.includes(name))).toEqual([]);
    }
  });
});

describe('help', () => {
  it('is of everything, or of the command it is asked for', async () => {
    const { out } = await run('help');
    for (const { command } of commands) expect(out).toContain(command.helpInformation());
    const one = await run('help', 'model', 'compile');
    expect(one.out).toContain('zoetrope model compile');
    expect(await run('model', 'compile', '--help')).toEqual(one);
    expect(one.out).not.toContain('model check');
    expect((await run('help', 'model')).out).toContain('zoetrope model check');
    expect((await run('--help')).out).toBe(out);
  });

  it('tells choices and defaults in plain text', async () => {
    const { out } = await run('frames', '--help');
    expect(out).toMatch(/--strategy .*\(default:\s+"uniform"\)/s);
    // eslint-disable-next-line no-control-regex -- a terminal's colours begin with it
    expect(out).not.toMatch(/\x1b/);
  });
});

it.each<[RegExp, ...string[]]>([
  [/^Unknown option '--loud'\.$/, 'ask', '--loud', 'What?'],
  [/^Unknown option '--fames' \(Did you mean --frames\?\)\.$/, 'ask', '--fames', '3', 'What?'],
  [/^Option '--out <folder>' argument missing\.$/, 'frames', 'a.mp4', '--out'],
  [/^Missing required argument 'video'\.$/, 'frames'],
  [/^Too many arguments for 'frames'/, 'frames', 'a.mp4', 'b.mp4'],
  [/^There is no command "sing"\.$/, 'sing', '--json'],
  [/^There is no command "bench sing"\.$/, 'bench', 'sing'],
  [/^There is no command "model sing"\.$/, 'help', 'model', 'sing'],
  [/^Name one of these after "model": search, get, list, remove, folder, compile, check, info\.$/, 'model'],
  [/^--count takes a whole number from 1 to 512, not "many"\.$/, 'frames', '--count', 'many', 'a.mp4'],
  [/^--count takes a whole number/, 'frames', '--count', '1.5', 'a.mp4'],
  [/^--count takes a whole number/, 'frames', '--count=', 'a.mp4'],
  [/^--exposure takes a number from -5 to 5, not "-6"\.$/, 'views', '--exposure', '-6', 'a.glb'],
  [/^--device takes auto, cpu, .*; not "abacus"\.$/, 'devices', '--device', 'abacus'],
  [/^--passes takes depth, normal, id, one or several .*; not "smell"\.$/, 'views', '--passes', 'id,smell', 'a.glb'],
  [/^--minutes takes numbers from 0\.01 to 600, .*; not ""\.$/, 'bench', 'frames', '--minutes', '1,'],
])('is refused in one line: %s', async (words, ...args) => {
  const { out, error } = await run(...args);
  expect(out).toBe('');
  expect(error?.code).toBe('bad-request');
  expect(error?.message).toMatch(words);
  expect(error?.advice).toContain('help');
});
