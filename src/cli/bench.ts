import { say } from '../contract';
import { usage } from './arguments';
import { framesBenchmark } from './bench-frames';
import { speedBenchmark } from './bench-speed';
import { viewsBenchmark } from './bench-views';
import { worldsBenchmark } from './bench-worlds';

/** Each benchmark: takes its own arguments, prints its table, or with --json one object. */
const BENCHMARKS: Record<string, (argv: string[], signal: AbortSignal) => Promise<void>> = {
  frames: framesBenchmark,
  speed: speedBenchmark,
  views: viewsBenchmark,
  worlds: worldsBenchmark,
};

/** bench NAME [its options] */
export async function bench(argv: string[], signal: AbortSignal): Promise<void> {
  const [name = '', ...rest] = argv;
  const known = Object.keys(BENCHMARKS).join(', ');
  if (!Object.hasOwn(BENCHMARKS, name)) throw usage(say`There is no benchmark "${name}". There are: ${known}.`);
  await BENCHMARKS[name]!(rest, signal);
}
