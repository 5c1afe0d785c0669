import { say, toErrorInfo } from '../contract';
import { adviceOf } from './advice';
import { usage } from './arguments';
import { ask } from './ask';
import { bench } from './bench';
import { devices } from './devices';
import { frames } from './frames';
import { library } from './library';
import { model } from './model';
import { harmless, toErr } from './terminal';
import { views } from './views';

const HELP = `Zoetrope: ask about local videos, pictures and 3D scenes.

  ask [--video F] [--image F]... [--scene F] "question"
      --sequence S.json         text and media in order, from a file
      --frames N                frames of a video (16)
      --views N                 views of a scene (8)
      --tiles                   large pictures in parts too
      --transparency T          of pictures: white (default), or dropped, as Pillow's convert('RGB') does
      --compare ORDER           two scenes from the same places, as pairs: alternate, or grouped
      --placement P             interleaved (default) or front
      --model DIR               a model folder (default: the bundled one)
      --device D                auto (default), cpu, webgpu, cuda, dml or coreml
      --precision P             weights: auto (default: the fastest that fit), fp32, w8a8, w8w4 or w4
      --anyway                  also what needs more memory than is free
      --max-new-tokens N        longest answer (256)
      --temperature T --top-p P --top-k K --repetition-penalty R --seed N
      --times                   each frame's time, before it
      --subtitles               the words on screen, before each frame
      --subtitle-encoding NAME  how their file is written, where it is guessed wrongly (windows-1251 ...)
      --json                    one object: answer, what the model saw, tokens, timings
      --dump-logits FILE        float32 logits of the prompt's last position
      Media keep their order; <image> in the question says where they stand, \\<image> is the word itself.
  frames F [--count N] [--strategy uniform|rate=R|keyframes|scene|at=T1,T2] [--range A-B]... [--denser A-B[:FACTOR]]...
      [--json] [--out DIR [--force]]
  views SCENE [SCENE] [--strategy coverage|path|file|ring|ring-top|hemisphere|sphere|cube|room] [--seed S] [--count N] [--size PX] [--json]
      [--out DIR [--force]] [--poses nerfstudio|colmap|F] [--passes depth,normal,id] [--compare alternate|grouped]
      [--up x|-x|y|-y|z|-z] [--light studio|even|headlight|unlit|file] [--tone neutral|agx|aces|linear] [--exposure STOPS]
  model compile SRC [--out DIR] [--precision fp32|w8a8|w8w4|w4]
                                make a checkpoint (safetensors) ready to run (in fp32)
  model check DIR               every byte of what was compiled, against its manifest
  model info DIR
  devices [--model DIR] [--device D] [--again] [--json]
                                where the model can run here; * marks what is used
  library check [--repair] [--library FILE | --profile DIR] [--json]
                                looks through projects and conversations; repairs only when asked to
  library backup [--out FILE [--force]] [--library FILE | --profile DIR] [--json]
  library restore [BACKUP] [--library FILE | --profile DIR] [--json]
                                what backups there are, or puts one back
  bench frames [--codec h264|hevc] [--minutes 1,30] [--count 16,64] [--height PX] [--rounds N] [--folder DIR] [--json]
                                time and memory of fetching frames
  bench speed [--only M1,M2] [--against P1,P2] [--context N1,N2] [--threads N] [--rounds N] [--tokens N] [--work DIR]
      [--into PAGE] [--small] [--json]
                                how fast the model runs here, against the machine's limits and other programs
  bench worlds [--world W]... [--family F]... [--n N] [--set DIR] [--model DIR] [--json]
                                held-out questions of the bundled model's worlds, with controls
  bench views [SCENE...] [--rooms DIR] [--count N] [--size PX] [--rounds N] [--json]
                                what views show of a scene, and what they cost

Ends with 0, or with 2 and one line that says what to do; with 130 after Ctrl+C, at once after a second one.
`;

const COMMANDS = { ask, bench, devices, frames, library, views, model } as const;

async function main(): Promise<void> {
  const [command = 'help', ...argv] = process.argv.slice(2);
  const abort = new AbortController();
  // The process that started this one (index.ts) passes signals on, and asks now and then whether it still answers.
  process.on('message', (message) => (message === 'stop' ? abort.abort() : process.send?.('here')));
  process.on('disconnect', () => process.exit(1)); // it is gone
  process.channel?.unref();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort());
  try {
    if (command === 'help' || command === '--help' || argv.includes('--help')) return void process.stdout.write(HELP);
    if (!Object.hasOwn(COMMANDS, command)) throw usage(say`There is no command "${command}".`);
    await COMMANDS[command as keyof typeof COMMANDS](argv, abort.signal);
  } catch (error) {
    const info = toErrorInfo(error);
    if (info.code === 'cancelled') return void (process.exitCode = 130);
    toErr(`${info.message} ${adviceOf(info)}`);
    if (info.detail !== undefined && process.env.ZOETROPE_LOG) process.stderr.write(`${harmless(info.detail)}\n`);
    process.exitCode = 2;
  }
}

await main();
