// SPDX-License-Identifier: Apache-2.0
import { ask } from './ask';
import { batchRun } from './batch';
import { batchShow } from './batch-show';
import { framesBenchmark } from './bench-frames';
import { firstWordBenchmark } from './bench-first-word';
import { libraryBenchmark } from './bench-library';
import { serverBenchmark } from './bench-server';
import { speedBenchmark } from './bench-speed';
import { viewsBenchmark } from './bench-views';
import { worldsBenchmark } from './bench-worlds';
import { group, help } from './define';
import { devices } from './devices';
import { evalCompare, evalScore } from './eval';
import { frames } from './frames';
import { fetchModel, listModels, modelsFolder, removeModel, searchModels } from './hub';
import { backupLibrary, checkLibrary, restoreLibrary } from './library';
import { mcp } from './mcp';
import { checkModel, compile, describeModel } from './model';
import { serve } from './serve';
import { addServer, findServers, listServers, removeServer, testServer } from './servers';
import { views } from './views';

/** Every command with its options. The output of `help` and the refusal of unknown options are derived from it. */
export const zoetrope = (signal: AbortSignal) =>
  group(
    'zoetrope',
    [
      ask(signal),
      frames(signal),
      views(signal),
      serve(signal),
      mcp(signal),
      group('model', [
        searchModels(signal),
        fetchModel(signal),
        listModels(),
        removeModel(),
        modelsFolder(signal),
        compile(signal),
        checkModel(signal),
        describeModel(signal),
      ]),
      devices(signal),
      group('servers', [listServers(), findServers(signal), addServer(signal), testServer(signal), removeServer()], {
        usual: 'list',
      }),
      group('library', [checkLibrary(), backupLibrary(), restoreLibrary()]),
      group('batch', [batchRun(signal), batchShow(signal)], { usual: 'run' }),
      group('eval', [evalScore(signal), evalCompare(signal)]),
      group('bench', [
        framesBenchmark(signal),
        speedBenchmark(signal),
        worldsBenchmark(signal),
        viewsBenchmark(signal),
        serverBenchmark(signal),
        firstWordBenchmark(signal),
        libraryBenchmark(signal),
      ]),
      help(),
    ],
    {
      help: `Zoetrope: ask about local videos, pictures and 3D scenes.

A command ends with 0, or with 2 and one line that says what to do; with 130 after Ctrl+C, at once after a second one.`,
    },
  );
