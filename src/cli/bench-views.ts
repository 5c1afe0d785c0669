// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { say } from '../contract';
import { surveyScene, timeViews } from '../engine';
import {
  capturedRooms,
  compareCoverage,
  machine,
  spread,
  table,
  type Spread,
  type ViewsCoverage,
} from '../../bench/src';
import { makeTemporary, removeTemporary } from '../lifetime';
import { command } from './define';
import { number, usage } from './options';
import { jsonOut, toErr, toOut } from './terminal';

interface SceneResult extends ViewsCoverage {
  scene: string;
  /** In milliseconds: to plan the views, and to render them. */
  plan: Spread;
  render: Spread;
}

/** `bench views`: the time to plan and render views, and how much of a scene they show. */
export const viewsBenchmark = (signal: AbortSignal) =>
  declared().action((files, options) => measureViews(files, options, signal));

const declared = () =>
  command('views', 'Measures what views show of a scene, and what they cost.')
    .argument('[scene...]')
    .option('--rooms <folder>', 'rooms that a headset captured: the unpacked package of @iwer/sem')
    .addOption(number('--count <n>', 'how many views', { min: 1, max: 64 }).default(8))
    .addOption(number('--size <px>', 'pixels of a side', { min: 16, max: 4096 }).default(768))
    .addOption(number('--rounds <n>', 'rounds of each measurement', { min: 1, max: 20 }).default(3))
    .option('--json', 'print one object');

type Options = ReturnType<ReturnType<typeof declared>['opts']>;

async function measureViews(
  files: readonly string[],
  { rooms, count, size, rounds, json }: Options,
  signal: AbortSignal,
): Promise<void> {
  if (rooms === undefined && files.length === 0)
    throw usage(say`Name scenes, or with --rooms the folder of captured rooms.`);
  const folder = await makeTemporary('bench');
  try {
    const scenes = files.map((file) => ({ scene: basename(file), file }));
    for (const { name, glb } of rooms === undefined ? [] : await capturedRooms(rooms)) {
      scenes.push({ scene: name, file: join(folder, `${name}.glb`) });
      await writeFile(join(folder, `${name}.glb`), glb);
    }
    const results: SceneResult[] = [];
    for (const { scene, file } of scenes) {
      const job = { strategy: 'coverage' as const, count, size, seed: 0 };
      const survey = await surveyScene(file, job, signal);
      const times = [];
      for (let round = 0; round < rounds; round++) times.push(await timeViews(file, job, signal));
      const result = {
        scene,
        ...compareCoverage(survey, count),
        plan: spread(times.map(({ plan }) => plan)),
        render: spread(times.map(({ render }) => render)),
      };
      results.push(result);
      toErr(`${scene}: ${percent(result.greedy)}`);
    }
    const about = machine();
    if (json) return jsonOut({ ...about, count, size, rounds, results });
    toOut(`${Object.values(about).join(', ')}; up to ${count} views of ${size} px\n\n${viewsTable(results)}\n`);
  } finally {
    await removeTemporary(folder);
  }
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const seconds = ({ median, from, to }: Spread): string =>
  `${(median / 1000).toFixed(1)} (${(from / 1000).toFixed(1)}-${(to / 1000).toFixed(1)})`;

function viewsTable(results: readonly SceneResult[]): string {
  const rows = results.map(({ scene, places, views, greedy, random, spaced, plan, render }) => [
    scene,
    String(places),
    String(views),
    percent(greedy),
    `${percent(random.median)} (${percent(random.from)}-${percent(random.to)})`,
    percent(spaced),
    seconds(plan),
    seconds(render),
  ]);
  return table(
    ['scene', 'places', 'views', 'chosen show', 'random', 'evenly spaced', 'choosing, s', 'taking, s'],
    rows,
  );
}
