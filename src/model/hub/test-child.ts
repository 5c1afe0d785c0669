// SPDX-License-Identifier: Apache-2.0
import { HubCache } from './cache';
import { download, type DownloadOptions } from './download';
import { Hub } from './hub';
import type { RepoFacts, RepoFile } from './repo';

/** For tests: a process that downloads one file, reports every piece, and may be killed. */
const [url, folder, job] = process.argv.slice(2) as [string, string, string];
const { facts, file, options } = JSON.parse(job) as { facts: RepoFacts; file: RepoFile; options: DownloadOptions };
const onBytes = (bytes: number): void => void process.stdout.write(`${bytes}\n`);
await download(new Hub({ endpoint: url }), new HubCache(folder), facts, file, { ...options, onBytes });
process.exit(0);
