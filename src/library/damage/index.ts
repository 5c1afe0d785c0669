// SPDX-License-Identifier: Apache-2.0
/** Reads a library without SQLite, so that damage in one part of the file affects only that part. */
export { readLog, type Log } from './log';
export { readRows, type BadRow, type Readable } from './read';
export { isJson, textOf, type Row } from './rows';
