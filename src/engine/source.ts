// SPDX-License-Identifier: Apache-2.0
import { basename, resolve } from 'node:path';
import { notFound, say, ZoetropeError, type SourceRef } from '../contract';

/** On the command line the id of a source is its path. */
export const sourceOf = (path: string): SourceRef => ({ id: resolve(path), name: basename(path) });

/** The error for a path where nothing exists. */
export const notThere = (path: string): ZoetropeError =>
  notFound(path, new ZoetropeError('file-missing', say`"${basename(path)}" is not there.`, say`Check the name.`));
