// SPDX-License-Identifier: Apache-2.0
import { Command, CommanderError, Help, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { say } from '../contract';
import { usage } from './options';
import { toOut } from './terminal';

/** A command whose mistakes are thrown: nothing is printed and the process goes on. */
export function command(name: string, help: string) {
  return new Command(name)
    .description(help)
    .helpOption('--help', 'print this')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: toOut, writeErr: () => undefined })
    .configureHelp({ formatHelp, visibleOptions: ({ options }) => [...options] });
}

/** A command that only holds others. */
export function group(name: string, commands: readonly CommandUnknownOpts[], help = ''): CommandUnknownOpts {
  const made = command(name, help).argument('[command...]').allowUnknownOption();
  for (const one of commands) made.addCommand(one);
  return made.action(([given]) => {
    const known = commands.map((one) => one.name());
    if (given === undefined) throw usage(say`Name one of these after "${name}": ${known}.`);
    throw usage(say`There is no command "${pathTo(made)}${given}".`);
  });
}

/** `help`, of everything or of the command that is named after it. */
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

/** The names before those of a command's own, as they are typed. */
const pathTo = (command: CommandUnknownOpts): string =>
  command.parent ? `${pathTo(command.parent)}${command.name()} ` : '';

/** A group's help is that of all its commands. */
function formatHelp(this: Help, command: CommandUnknownOpts, help: Help): string {
  if (command.commands.length === 0) return Help.prototype.formatHelp.call(help, command, help);
  const parts = command.commands.map((one) => one.helpInformation());
  return [...(command.description() ? [`${command.description()}\n`] : []), ...parts].join('\n');
}

/** What is thrown for arguments that make no sense, in our words; null where help was asked for and given. */
export function asUsage(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  if (error.exitCode === 0) return null;
  const words = error.message.replace(/^error: /, '').replace(/\.?\s*\n/, ' ');
  return usage(say`${words.charAt(0).toUpperCase()}${words.slice(1).replace(/\.$/, '')}.`);
}
