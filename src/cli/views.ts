// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { passFacts, type PassFacts } from '../camera';
import {
  Arrangement,
  AskedStrategy,
  inEnglish,
  Lighting,
  PassKind,
  say,
  STANDARD_RENDER_SETTINGS,
  ToneMapping,
  UpAxis,
  type Sentence,
} from '../contract';
import {
  POSE_FILES,
  POSE_FILE_NAMES,
  capturePairs,
  captureViews,
  writePasses,
  writePoses,
  type Engine,
  type Rendered,
} from '../engine';
import { command } from './define';
import { choice, choices, number, real, repeated, usage } from './options';
import { fileNumber, print, refuseExisting, save } from './pictures';
import { readPoses } from './pose-files';
import { tell, withEngine } from './session';
import { toErr } from './terminal';

/** `zoetrope views`: views of a scene, rendered as the app renders them. */
export const views = (signal: AbortSignal) =>
  declared().action((path, second, options) => takeViews(path, second, options, signal));

const declared = () =>
  command('views', 'Views of a scene, or of two from the same places, as the app renders them.')
    .argument('<scene>')
    .argument('[second]')
    .addOption(
      choice('--strategy <s>', 'how to place the cameras (default: coverage in a room, else ring)', [
        ...AskedStrategy.options,
        'fibonacci' as const,
      ]),
    )
    .addOption(number('--seed <n>', 'the seed of random places', { min: 0, max: 0xffffffff }).default(0))
    .addOption(number('--count <n>', 'how many views', { min: 1, max: 512 }).default(8))
    .addOption(number('--size <px>', 'pixels of a side (default: 768)', { min: 16, max: 4096 }))
    .option('--json', 'print one object, with all that is known of each view')
    .option('--out <folder>', 'write the views there, as PNG')
    .option('--force', 'replace files that are there already')
    .addOption(
      repeated(
        '--poses <p>',
        `write the cameras too: ${POSE_FILES.join(' or ')}; or, for --strategy file, a file to read them from`,
        String,
      ),
    )
    .addOption(choices('--passes <names>', 'write these beside the pictures', PassKind.options))
    .addOption(
      choice('--compare <order>', 'the order of the pairs, for two scenes (default: alternate)', Arrangement.options),
    )
    .addOption(choice('--up <axis>', 'the axis that points up (default: as the file says)', UpAxis.options))
    .addOption(
      choice('--light <l>', 'the light on the scene', Lighting.options).default(STANDARD_RENDER_SETTINGS.lighting),
    )
    .addOption(choice('--tone <t>', 'tone mapping', ToneMapping.options).default(STANDARD_RENDER_SETTINGS.toneMapping))
    .addOption(
      real('--exposure <stops>', 'brighter or darker, in stops', { min: -5, max: 5 }).default(
        STANDARD_RENDER_SETTINGS.exposure,
      ),
    );

type Options = ReturnType<ReturnType<typeof declared>['opts']>;

async function takeViews(path: string, second: string | undefined, options: Options, signal: AbortSignal) {
  const { compare, out, passes: kinds = [], poses = [], size, json = false } = options;
  const arrange = compare ?? 'alternate';
  if (second === undefined && compare !== undefined) throw usage(say`--compare goes with two scenes.`);
  if (kinds.length > 0 && out === undefined) throw usage(say`--passes goes with --out, the folder to write them to.`);
  const strategy = options.strategy === 'fibonacci' ? 'sphere' : (options.strategy ?? null);
  const formats = POSE_FILES.filter((format) => poses.includes(format));
  const files = poses.filter((name) => !formats.includes(name as (typeof formats)[number]));
  if (files.length > (strategy === 'file' ? 1 : 0)) {
    throw usage(
      strategy === 'file'
        ? say`Name one file of poses.`
        : say`--poses takes ${POSE_FILES.join(' or ')}; a file of poses goes with --strategy file.`,
    );
  }
  if (formats.length > 0 && out === undefined) throw usage(say`--poses goes with --out, the folder to write them to.`);
  const cameras = files[0] === undefined ? undefined : await readPoses(files[0], size);
  const job = {
    strategy,
    count: cameras?.length ?? options.count,
    size: size ?? 768,
    seed: options.seed,
  };
  const shown = {
    up: options.up,
    look: { lighting: options.light, toneMapping: options.tone, exposure: options.exposure },
  };
  if (out !== undefined && !options.force) {
    const suffixes = ['', ...kinds.map((kind) => `-${kind}`)];
    const ofOne = (whose: string): string[] => [
      ...Array.from({ length: job.count }, (_, k) =>
        suffixes.map((suffix) => `view-${fileNumber(k)}${whose}${suffix}.png`),
      ).flat(),
      `passes${whose}.json`,
    ];
    const names = (second === undefined ? [''] : ['-A', '-B'])
      .flatMap(ofOne)
      .filter((name) => kinds.length > 0 || !name.startsWith('passes'));
    await refuseExisting(out, [...names, ...formats.flatMap((format) => POSE_FILE_NAMES[format])]);
  }
  await withEngine(async (engine) => {
    const save = saverFor({ out, kinds, engine });
    const notes: string[] = [];
    const onNote = (note: Sentence): void => void (notes.includes(inEnglish(note)) || notes.push(inEnglish(note)));
    const running = { signal, onProgress: tell, onNote };
    const asked = { ...job, cameras, passes: kinds.length > 0, ...shown };
    const items =
      second === undefined
        ? await captureViews(path, asked, engine, running, save.as(''))
        : await capturePairs([path, second], asked, arrange, engine, running, [save.as('-A'), save.as('-B')]);
    const written = items.map(({ id }) => save.saved.get(id)?.file);
    const beside = items.map(({ id }) => save.saved.get(id)?.beside ?? {});
    for (const format of formats)
      await writePoses(
        format,
        out ?? '.',
        items,
        written,
        beside.map(({ passes }) => passes?.depth),
      );
    const taken = items[0]?.origin.kind === 'view' ? items[0].origin.strategy : job.strategy;
    const sources =
      second === undefined
        ? { source: resolve(path) }
        : { source: resolve(path), comparedWith: resolve(second), compare: arrange };
    if (!json) notes.forEach(toErr);
    print(
      json,
      {
        ...sources,
        ...job,
        strategy: taken,
        notes,
        missing: save.missing,
        ...(save.about.length > 0 && { passes: save.about.length > 1 ? save.about : save.about[0] }),
      },
      'views',
      items,
      written,
      beside,
    );
  });
}

interface Saved {
  file: string | undefined;
  /** The file names of its passes, which are beside it. */
  beside: { passes?: Partial<Record<PassKind, string>> };
}

/**
 * Returns a function that saves rendered views of one scene, or of each of two. The names end with the scene's take.
 */
function saverFor({ out, kinds, engine }: { out: string | undefined; kinds: readonly PassKind[]; engine: Engine }) {
  const saved = new Map<string, Saved>();
  const about: PassFacts[] = [];
  const missing: string[] = [];
  const as =
    (whose: string) =>
    async ({ items, passesOf, objects, missing: absent }: Rendered): Promise<void> => {
      missing.push(...absent);
      const files = await save(items, out, engine, (_item, k) => `view-${fileNumber(k)}${whose}.png`);
      items.forEach(({ id }, k) => saved.set(id, { file: files[k], beside: {} }));
      if (out === undefined || kinds.length === 0) return;
      const facts = passFacts(
        items.flatMap(({ origin }) => (origin.kind === 'view' ? [origin.intrinsics] : [])),
        objects,
      );
      for (const [k, { id, picture }] of items.entries()) {
        const passes = await writePasses(
          files[k] ?? join(out, fileNumber(k)),
          picture,
          await passesOf(k),
          kinds,
          facts.depthUnit,
        );
        saved.set(id, { file: files[k], beside: { passes } });
      }
      about.push(facts);
      await writeFile(join(out, `passes${whose}.json`), `${JSON.stringify(facts, null, 2)}\n`);
    };
  return { saved, about, missing, as };
}
