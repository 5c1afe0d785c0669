import { basename, resolve } from 'node:path';
import type { SourceRef } from '../contract';

/** On the command line a source is its path. */
export const sourceOf = (path: string): SourceRef => ({ id: resolve(path), name: basename(path) });
