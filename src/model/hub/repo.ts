// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError } from '../../contract';

/** A file of a repository. `hash`: what its bytes must have, and the name of its blob in the cache. */
export interface RepoFile {
  path: string;
  /** In bytes. */
  size: number;
  hash: { kind: 'sha256' | 'git'; value: string };
}

/** A repository of the hub at one commit. */
export interface RepoFacts {
  repo: string;
  commit: string;
  files: RepoFile[];
  /** As the hub names it, such as `apache-2.0`; null if it is not said. */
  license: string | null;
  /** Whether its terms have to be accepted on the hub's page first. */
  gated: boolean;
}

const PART = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?$/;

/** Checks the name of a repository, `organisation/name`. @throws bad-request */
export function checkRepo(name: string): string {
  const parts = name.split('/');
  const isRight = parts.length === 2 && parts.every((part) => PART.test(part)) && !/--|\.\./.test(name);
  if (isRight) return name;
  throw new ZoetropeError(
    'bad-request',
    say`"${name}" is not the name of a model on the hub.`,
    say`Write it like llava-hf/llava-interleave-qwen-0.5b-hf.`,
  );
}

/** Checks a path that the hub names. A path that leads out of the repository is refused. @throws download-broken */
export function checkPath(path: string): string {
  const parts = path.split('/');
  const isRight = parts.every((part) => part !== '' && part !== '.' && part !== '..') && !/[\0\\:]/.test(path);
  if (isRight) return path;
  throw new ZoetropeError(
    'download-broken',
    say`The hub names a file that cannot be saved: "${path}".`,
    say`Choose another model.`,
  );
}
