// SPDX-License-Identifier: Apache-2.0
import { Command, CommanderError, Help, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { say } from '../contract';
import { usage } from './options';
import { toOut } from './terminal';

/** Creates a command whose errors are thrown, instead of being printed and ending the process. */
export function command(name: string, help: string) {
  return new Command(name)
    .description(help)
    .helpOption('--help', 'print this')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: toOut, writeErr: () => undefined })
    .configureHelp({ formatHelp, visibleOptions: ({ options }) => [...options] });
}

/** A command that only contains other commands. `usual`: the one that runs if none is named. */
export function group(
  name: string,
  commands: readonly CommandUnknownOpts[],
  { help = '', usual }: { help?: string; usual?: string } = {},
): CommandUnknownOpts {
  const made = command(name, help).argument('[command...]').allowUnknownOption();
  for (const one of commands) made.addCommand(one, { isDefault: one.name() === usual });
  const known = commands.map((one) => one.name());
  const unknown = (given: string) => usage(say`There is no command "${pathTo(made)}${given}".`);
  made.hook('preSubcommand', ({ args: [given] }) => {
    if (given !== undefined && !given.startsWith('-') && !known.includes(given)) throw unknown(given);
  });
  return made.action(([given]) => {
    if (given === undefined) throw usage(say`Name one of these after "${name}": ${known}.`);
    throw unknown(given);
  });
}

/** `help`, of everything or of the command named after it. */
export const help = () =>
  command('help', 'Prints the options of one command, or of all.')
    .argument('[command...]')
    .action((path, _options, { parent }) => {
      let at = parent!;
      for (const name of path) {
        const next = at.commands.find((one) => one.name() === name);
        if (!next) throw usage(say`There is no command "${pathTo(at)}${name}".`);
        at = next;
      }
      toOut(at.helpInformation());
    });

/** The names of the parent commands, as they are typed. */
const pathTo = (command: CommandUnknownOpts): string =>
  command.parent ? `${pathTo(command.parent)}${command.name()} ` : '';

/** The help of a group is the help of all its commands. */
function formatHelp(this: Help, command: CommandUnknownOpts, help: Help): string {
  if (command.commands.length === 0) return Help.prototype.formatHelp.call(help, command, help);
  const parts = command.commands.map((one) => one.helpInformation());
  return [...(command.description() ? [`${command.description()}\n`] : []), ...parts].join('\n');
}

/** The error for invalid arguments, in our words. Null if help was requested and shown. */
export function asUsage(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  if (error.exitCode === 0) return null;
  const words = error.message.replace(/^error: /, '').replace(/\.?\s*\n/, ' ');
  return usage(say`${words.charAt(0).toUpperCase()}${words.slice(1).replace(/\.$/, '')}.`);
}
