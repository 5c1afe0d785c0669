import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { passFacts, type PassFacts } from '../camera';
import {
  Arrangement,
  AskedStrategy,
  inEnglish,
  Lighting,
  PassKind,
  say,
  STANDARD_LOOK,
  ToneMapping,
  UpAxis,
  type Sentence,
} from '../contract';
import { POSE_FILE_NAMES, POSE_FILES, writePasses, writePoses, type Engine } from '../engine';
import { readArguments, usage } from './arguments';
import { number, print, refuseExisting, save } from './pictures';
import { readPoses } from './pose-files';
import { capturePairs, captureViews, type Rendered } from './render';
import { tell, withEngine } from './session';
import { toErr } from './terminal';

/** `zoetrope views`: views of a scene, rendered as the app renders them. */
export async function views(argv: string[], signal: AbortSignal): Promise<void> {
  const args = readArguments(argv, {
    strategy: { type: 'string' },
    count: { type: 'string' },
    size: { type: 'string' },
    seed: { type: 'string' },
    poses: { type: 'string', multiple: true },
    json: { type: 'boolean' },
    out: { type: 'string' },
    force: { type: 'boolean' },
    passes: { type: 'string' },
    compare: { type: 'string' },
    up: { type: 'string' },
    light: { type: 'string' },
    tone: { type: 'string' },
    exposure: { type: 'string' },
  });
  const [path, second, ...more] = args.positionals;
  if (path === undefined || more.length > 0) throw usage(say`Name one scene, or two to compare.`);
  const arrange = args.choice('compare', Arrangement.options) ?? 'alternate';
  if (second === undefined && args.text('compare') !== undefined) throw usage(say`--compare goes with two scenes.`);
  const out = args.text('out');
  const kinds = readKinds(args.text('passes'));
  if (kinds.length > 0 && out === undefined) throw usage(say`--passes goes with --out, the folder to write them to.`);
  const way = args.choice('strategy', [...AskedStrategy.options, 'fibonacci']) ?? null;
  const strategy = way === 'fibonacci' ? 'sphere' : way;
  const named = args.ordered(['poses']).map(({ value }) => value);
  const formats = POSE_FILES.filter((format) => named.includes(format));
  const files = named.filter((name) => !formats.includes(name as (typeof formats)[number]));
  if (files.length > (strategy === 'file' ? 1 : 0)) {
    throw usage(
      strategy === 'file'
        ? say`Name one file of poses.`
        : say`--poses takes ${POSE_FILES.join(' or ')}; a file of poses goes with --strategy file.`,
    );
  }
  if (formats.length > 0 && out === undefined) throw usage(say`--poses goes with --out, the folder to write them to.`);
  const size = args.number('size', { min: 16, max: 4096 });
  const cameras = files[0] === undefined ? undefined : await readPoses(files[0], size);
  const job = {
    strategy,
    count: cameras?.length ?? args.number('count', { min: 1, max: 512 }) ?? 8,
    size: size ?? 768,
    seed: args.number('seed', { min: 0, max: 0xffffffff }) ?? 0,
  };
  const shown = {
    up: args.choice('up', UpAxis.options),
    look: {
      lighting: args.choice('light', Lighting.options) ?? STANDARD_LOOK.lighting,
      toneMapping: args.choice('tone', ToneMapping.options) ?? STANDARD_LOOK.toneMapping,
      exposure: args.number('exposure', { min: -5, max: 5, integer: false }) ?? STANDARD_LOOK.exposure,
    },
  };
  if (out !== undefined && !args.flag('force')) {
    const suffixes = ['', ...kinds.map((kind) => `-${kind}`)];
    const ofOne = (whose: string): string[] => [
      ...Array.from({ length: job.count }, (_, k) =>
        suffixes.map((suffix) => `view-${number(k)}${whose}${suffix}.png`),
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
    const options = { signal, onProgress: tell, onNote };
    const asked = { ...job, cameras, passes: kinds.length > 0, ...shown };
    const items =
      second === undefined
        ? await captureViews(path, asked, engine, options, save.as(''))
        : await capturePairs([path, second], asked, arrange, engine, options, [save.as('-A'), save.as('-B')]);
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
    if (!args.flag('json')) notes.forEach(toErr);
    print(
      args.flag('json'),
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

/** `depth,normal,id`. */
function readKinds(text: string | undefined): PassKind[] {
  const kinds = z.array(PassKind).safeParse(text?.split(',') ?? []);
  if (kinds.success) return kinds.data;
  throw usage(
    say`--passes takes ${PassKind.options.join(', ')}, one or several with commas between them; not "${text ?? ''}".`,
  );
}

interface Saved {
  file: string | undefined;
  /** The names of its passes, as they lie beside it. */
  beside: { passes?: Partial<Record<PassKind, string>> };
}

/** Saves what is rendered, of one scene or of each of two, under names that end with whose it is. */
function saverFor({ out, kinds, engine }: { out: string | undefined; kinds: readonly PassKind[]; engine: Engine }) {
  const saved = new Map<string, Saved>();
  const about: PassFacts[] = [];
  const missing: string[] = [];
  const as =
    (whose: string) =>
    async ({ items, passesOf, objects, missing: absent }: Rendered): Promise<void> => {
      missing.push(...absent);
      const files = await save(items, out, engine, (_item, k) => `view-${number(k)}${whose}.png`);
      items.forEach(({ id }, k) => saved.set(id, { file: files[k], beside: {} }));
      if (out === undefined || kinds.length === 0) return;
      const facts = passFacts(
        items.flatMap(({ origin }) => (origin.kind === 'view' ? [origin.intrinsics] : [])),
        objects,
      );
      for (const [k, { id, picture }] of items.entries()) {
        const passes = await writePasses(
          files[k] ?? join(out, number(k)),
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
