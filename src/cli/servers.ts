// SPDX-License-Identifier: Apache-2.0
import { say, type SavedServer, type ServerDescription, type ServerModel } from '../contract';
import { Connection, describeServer, findLocalServers, tryModel } from '../engine';
import { command } from './define';
import { reach, reachUrl, savedServer, savedServers } from './named-server';
import { usage } from './options';
import { jsonOut, oneLine, toErr, toOut } from './terminal';

/** The list is shared with the app. It holds no keys: those of the app stay in the app. */
const aboutList = (name: string, help: string) =>
  command(name, help)
    .option('--profile <folder>', "the app's folder that holds the list")
    .option('--json', 'print one object');

const contacting = (name: string, help: string) =>
  aboutList(name, help)
    .option('--key-env <variable>', 'the environment variable that holds the key')
    .option('--allow', 'let questions leave this machine');

const print = (line: string): void => toOut(`${oneLine(line)}\n`);

/** `zoetrope servers list` */
export const listServers = () =>
  aboutList('list', 'Lists the servers that were added, and contacts none.').action(({ profile, json }) => {
    const servers = savedServers({ profile }).list();
    if (json) return jsonOut({ servers });
    if (servers.length === 0) print('There are none. "servers find" looks for some on this machine.');
    for (const { name, url, description } of servers) {
      print(`${name}  ${url}${description ? `  ${programOf(description)}` : ''}`);
      printModels(description?.models ?? []);
    }
  });

/** `zoetrope servers find` */
export const findServers = (signal: AbortSignal) =>
  command('find', 'Looks for servers at their usual ports on this machine.')
    .option('--json', 'print one object')
    .action(async ({ json }) => {
      const servers = await findLocalServers({ signal });
      if (json) return jsonOut({ servers });
      if (servers.length === 0) print('None was found at the usual ports. "servers add" takes any address.');
      for (const { url, ...description } of servers) {
        print(`${url}  ${programOf(description)}`);
        printModels(description.models);
      }
    });

/** `zoetrope servers add` */
export const addServer = (signal: AbortSignal) =>
  contacting('add', 'Contacts a server and adds it to the list.')
    .argument('<url>')
    .option('--name <name>', 'what to call it')
    .action(async (url, { name, json, ...options }) => {
      const servers = savedServers(options);
      const { address, place } = reachUrl(url, options);
      const taken = (other: string): boolean =>
        servers.list().some((server) => server.name.toLowerCase() === other.toLowerCase());
      if (name !== undefined && taken(name)) throw usage(say`There is a server "${name}" in the list already.`);
      const description = await describeServer(new Connection(address, { retries: [] }), signal);
      const usual = place.loopback && description.kind !== 'other' ? description.kind : place.host;
      const added = servers.add({
        name: name ?? (taken(usual) ? place.host : usual),
        url: place.root,
        keyEnv: options.keyEnv ?? null,
        allowed: !place.loopback,
        description,
      });
      if (json) return jsonOut(added);
      print(`${added.name}  ${added.url}  ${programOf(description)}`);
      printModels(description.models);
    });

/** `zoetrope servers test` */
export const testServer = (signal: AbortSignal) =>
  contacting('test', 'Asks a model of a server about a small picture, and saves what the server says of itself.')
    .argument('<server>', 'name or address')
    .option('--model-name <name>', 'the model to test (default: the first that sees pictures)')
    .action(async (server, { modelName, json, ...options }) => {
      const { address, saved, format } = reach(server, options);
      const named = saved?.description?.models.length === 0 ? saved.named[0] : undefined;
      const tested = await tryModel(address, { retries: [], model: modelName ?? named ?? null, format, signal });
      const { description, answer } = tested;
      if (saved) savedServers(options).change(saved.id, { description });
      if (json) return jsonOut(tested);
      print(programOf(description));
      printModels(description.models);
      if (!answer) return toErr('None of its models sees pictures, so none was asked.');
      print(`${answer.model} answered after ${(answer.ms / 1000).toFixed(1)} s: ${answer.text}`);
      print(answer.sawPicture ? 'It saw the picture.' : 'It did not name the colours of the picture, red and blue.');
    });

/** `zoetrope servers remove` */
export const removeServer = () =>
  aboutList('remove', 'Takes a server off the list.')
    .argument('<server>', 'name or address')
    .action((server, { json, ...options }) => {
      const servers = savedServers(options);
      const found = savedServer(server, servers.list());
      if (!found) throw usage(say`There is no server at "${server}" in the list.`);
      const removed: SavedServer = servers.remove(found.id);
      if (json) jsonOut(removed);
      else print(`${removed.name}  ${removed.url}  removed`);
    });

const programOf = ({ kind, version }: ServerDescription): string =>
  `${kind === 'other' ? 'a server of another kind' : kind}${version === null ? '' : ` ${version}`}`;

function printModels(models: readonly ServerModel[]): void {
  for (const { id, pictures, context } of models) {
    const facts = [
      ...(pictures === null ? [] : [pictures ? 'sees pictures' : 'sees no pictures']),
      ...(context === null ? [] : [`${context} tokens`]),
    ];
    print(`  ${id}${facts.length > 0 ? `  ${facts.join(', ')}` : ''}`);
  }
}
