// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatBytes, formatDuration, say, ZoetropeError, type Progress } from '../contract';
import { makeTemporary, removeTemporary } from '../lifetime';
import {
  begunOf,
  checkRepo,
  discardBegun,
  getModel,
  Hub,
  lookAt,
  ModelFolders,
  moveModels,
  settleMove,
  type Begun,
} from '../model';
import { Secret } from '../network';
import { command } from './define';
import { appFolder, onTerminal, tell } from './session';
import { jsonOut, oneLine, toErr, toOut } from './terminal';

/** Models of a hub. Only `search`, `get` and `info` contact it. */

const about = (name: string, help: string) => command(name, help).option('--json', 'print one object');

/** The hub of HF_ENDPOINT, or the public one, with the token of HF_TOKEN. */
function hub(): Hub {
  const token = process.env['HF_TOKEN']?.trim();
  return new Hub({ ...(token && { token: new Secret(token) }) });
}

/** Where models are, as the app knows it too. Ends a move that was killed. */
export async function modelFolders(): Promise<ModelFolders> {
  const folders = ModelFolders.of(appFolder());
  await settleMove(folders);
  return folders;
}

/** `zoetrope model search` */
export const searchModels = (signal: AbortSignal) =>
  about('search', 'Searches the hub for models by the words in their names.')
    .argument('<words...>')
    .action(async (words, { json }) => {
      const found = await hub().search(words.join(' '), signal);
      if (json) return jsonOut({ models: found });
      for (const { repo, downloads, license } of found)
        toOut(`${oneLine(repo)}  ${downloads} downloads  ${oneLine(license ?? 'no licence named')}\n`);
      if (found.length === 0) toErr('The hub has no model with these words in its name.');
    });

/** `zoetrope model get` */
export const fetchModel = (signal: AbortSignal) =>
  about('get', "Downloads a model of the hub, or goes on with it, into the cache that Python's tools use too.")
    .argument('<repository>', 'organisation/name')
    .option('--revision <name>', 'a branch, tag or commit', 'main')
    .action(async (repo, { revision, json }) => {
      const meter = new Meter();
      const cache = await (await modelFolders()).cacheToChange(checkRepo(repo));
      const before = await cache.find(repo, revision);
      const { folder, facts } = await getModel(hub(), cache, repo, {
        revision,
        signal,
        onProgress: (progress) => meter.show(progress),
        onFacts: ({ license }, bytes) => {
          const terms = license ?? 'not named; see the page of the model';
          if (bytes > 0)
            meter.line(
              `${formatBytes(bytes)} to download (licence: ${terms}). Ctrl+C stops; the same command goes on.`,
            );
        },
      });
      meter.end();
      const { commit, license, gated } = facts;
      const movedFrom = before && before.commit !== commit ? before.commit : null;
      if (json) return jsonOut({ repo, revision, commit, movedFrom, license, gated, folder });
      toOut(`${oneLine(folder)}\n`);
      if (movedFrom)
        toErr(
          `${revision} has moved from ${movedFrom} to ${commit}. "model remove ${repo} --revision ${movedFrom}" deletes the old files.`,
        );
      else if (before) toErr(`${revision} has not moved: it is still ${commit}.`);
      toErr(`Ask it with --model ${repo}.`);
    });

/** What is known of a model of the hub that need not be downloaded, as JSON. */
export async function describeOnHub(repo: string, revision: string, signal: AbortSignal): Promise<void> {
  checkRepo(repo);
  const folder = await makeTemporary('hub');
  const look = lookAt(hub(), repo, { revision, folder, signal });
  const { facts, bytes, family, refusal } = await look.finally(() => removeTemporary(folder));
  const here = (await (await modelFolders()).versions()).some(
    (one) => one.repo === repo && one.commit === facts.commit,
  );
  const { commit, license, gated } = facts;
  jsonOut({ repo, revision, commit, license, gated, totalBytes: bytes, family, cannotRun: refusal, here });
}

/** `zoetrope model list` */
export const listModels = () =>
  about('list', 'Lists the models of the hub that are on this machine.').action(async ({ json }) => {
    const folders = await modelFolders();
    const models = await folders.versions();
    if (json) return jsonOut({ models });
    for (const { repo, bytes, folder, revisions, begun } of models) {
      const what = begun ? partial(begun) : `${revisions.join(', ') || 'old'}  ${formatBytes(bytes)}`;
      toOut(`${oneLine(repo)}  ${oneLine(what)}  ${oneLine(folder)}\n`);
    }
    if (models.some((one) => one.begun)) toErr('"model get" goes on with a partial one, "model remove" discards it.');
    const { folder } = await folders.read();
    if (folder !== null && !(await folders.isThere(folder))) toErr(NOT_THERE);
    else if (models.length === 0) toErr('There are none. "model get" downloads one.');
  });

const partial = ({ revision, done, total }: Begun): string =>
  `${revision}  partial, ${Math.floor((100 * done) / Math.max(1, total))} % of ${formatBytes(total)}`;

/** `zoetrope model remove` */
export const removeModel = () =>
  about('remove', 'Deletes a model with all its files, also one that is downloaded in part, or one version of it.')
    .argument('<repository>', 'organisation/name')
    .option('--revision <name>', 'a branch, tag or commit; files that other versions use are kept')
    .action(async (repo, { revision, json }) => {
      const cache = await (await modelFolders()).cacheToChange(checkRepo(repo));
      if ((await cache.snapshots(repo)).length === 0) throw notHere(repo);
      const before = await cache.bytesOf(repo);
      const isWhole = (await cache.find(repo, revision)) !== undefined;
      const begun = (await begunOf(cache, repo)).filter(
        (one) => revision === undefined || one.commit === revision || (one.revision === revision && !isWhole),
      );
      for (const one of begun) await discardBegun(cache, one);
      if (revision === undefined) await cache.remove(repo);
      else if (begun.length === 0 && (await cache.removeRevision(repo, revision)) === undefined)
        throw notHere(`${repo} (${revision})`);
      const freed = before - (await cache.bytesOf(repo));
      if (json) jsonOut({ repo, freed });
      else toOut(`${formatBytes(freed)} are free again\n`);
    });

const NOT_THERE =
  'The models folder is not there: plug in its drive, or use "model folder" to name another, or --usual.';

/** `zoetrope model folder` */
export const modelsFolder = (signal: AbortSignal) =>
  about('folder', 'Says where downloaded models are kept, or keeps them elsewhere from now on and moves them there.')
    .argument('[folder]', 'the new folder')
    .option('--usual', "go back to the cache that Python's tools use too")
    .option('--with-shared', 'move the models that run here out of that cache, too')
    .action(async (named, { usual, withShared, json }) => {
      const folders = await modelFolders();
      const { folder } = await folders.read();
      const to = usual ? null : named === undefined ? folder : resolve(named);
      let moved: string[] = [];
      if (usual || named !== undefined || withShared)
        moved = await moveModels(folders, to, { withShared: withShared ?? false, signal, onProgress: tell });
      const place = await folders.place();
      if (json) return jsonOut({ ...place, moved });
      for (const repo of moved) toErr(`${repo} was moved.`);
      const sizes = `  ${formatBytes(place.bytes)} of models  ${formatBytes(place.free)} free`;
      toOut(`${oneLine(place.folder)}${place.isThere ? sizes : ''}\n`);
      if (!place.isThere) toErr(NOT_THERE);
    });

/**
 * The folder of a model that is named on the command line: a folder, or a repository that has been downloaded.
 * @throws model-missing for a repository that has not.
 */
export async function modelFolder(named: string): Promise<string> {
  if (!isOnHub(named)) return named;
  const found = await (await modelFolders()).find(named);
  if (found) return found.folder;
  throw notHere(named);
}

/** Whether a model is named by its repository, and not by its folder. */
export const isOnHub = (named: string): boolean =>
  !existsSync(named) && /^[\w.-]+\/[\w.-]+$/.test(named) && !named.startsWith('.');

const notHere = (repo: string): ZoetropeError =>
  new ZoetropeError(
    'model-missing',
    say`"${repo}" is neither a folder nor a downloaded model.`,
    say`Download it with "model get", or name a folder.`,
  );

/** The progress of a download on a terminal, with its rate and the time that is left. */
class Meter {
  readonly #began = performance.now();
  /** Bytes that were there when it began. */
  #first: number | undefined;
  #shownAt = 0;

  show({ done, total }: Progress): void {
    this.#first ??= done;
    const now = performance.now();
    if (!onTerminal || (now - this.#shownAt < 200 && done < total)) return;
    this.#shownAt = now;
    const rate = (done - this.#first) / Math.max(0.001, (now - this.#began) / 1000);
    const left = rate > 0 ? `, ${formatDuration((1000 * (total - done)) / rate, 'en')} left` : '';
    const share = Math.floor((100 * done) / Math.max(1, total));
    process.stderr.write(`\r\x1b[K${share} % of ${formatBytes(total)}, ${formatBytes(rate)}/s${left}`);
  }

  line(text: string): void {
    this.end();
    toErr(text);
  }

  end(): void {
    if (onTerminal) process.stderr.write('\r\x1b[K');
  }
}
