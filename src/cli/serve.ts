// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { DeviceChoice, PrecisionChoice, say, type ModelInfo } from '../contract';
import { captureViews, type Engine } from '../engine';
import { AllowedFolders, Answerer, isLoopback, startServer } from '../serve';
import { adviceOf } from './advice';
import { command } from './define';
import { deviceFor } from './devices';
import { choice, number, repeated, usage } from './options';
import { bundledModel, endIfSilent, withEngine } from './session';
import { toErr, toOut } from './terminal';

/** `zoetrope serve`: answers other programs over HTTP. */
export const serve = (signal: AbortSignal) =>
  sharedOptions(command('serve', "Answers other programs over HTTP, in the form of OpenAI's chat completions."))
    .addOption(number('--port <n>', 'the port; 0 is any that is free', { min: 0, max: 65_535 }).default(8177))
    .option('--host <name>', 'the address to listen at', '127.0.0.1')
    .option('--token-env <name>', 'the environment variable that holds the token (default: a new one is printed)')
    .option('--no-token', 'ask for no token; on this machine only')
    .addOption(repeated('--allow-origin <origin>', 'let pages of this origin ask', readOrigin))
    .action(async ({ port, host, tokenEnv, token: asked, allowOrigin = [], ...options }) => {
      if (tokenEnv !== undefined && !asked) throw usage(say`--token-env does not go with --no-token.`);
      const token = asked ? tokenFrom(tokenEnv) : null;
      await withEngine(async (engine, pictures) => {
        const { answerer, model } = await answererFor(engine, pictures, options, (line) => toErr(line));
        const info = await model({ signal });
        const server = await startServer(answerer, info, { port, host, token, allowOrigins: allowOrigin });
        const how =
          token === null
            ? 'without a token'
            : tokenEnv === undefined
              ? `with the token ${token}`
              : `with the token in ${tokenEnv}`;
        toOut(`${info.name} answers at ${server.url}/v1 ${how}\n`);
        if (!isLoopback(host))
          toErr(
            'What is asked and answered beyond this machine is not encrypted. Put a proxy with HTTPS in front of it.',
          );
        await aborted(signal);
        await server.close();
      });
    });

/** The options of every command that serves. */
function sharedOptions(made: ReturnType<typeof command>) {
  return made
    .addOption(repeated('--allow <folder>', 'let clients ask about the files in this folder', String))
    .option('--model <folder>', 'a model folder (default: the bundled one)')
    .addOption(choice('--device <d>', 'the device that the model runs on', DeviceChoice.options).default('auto'))
    .addOption(
      choice('--precision <p>', 'of the weights; auto is the fastest that fits', PrecisionChoice.options).default(
        'auto',
      ),
    )
    .option('--anyway', 'load and ask also what needs more memory than is free')
    .addOption(number('--queue <n>', 'how many questions may wait', { min: 0, max: 1000 }).default(8));
}

interface SharedOptions {
  allow?: string[] | undefined;
  model?: string | undefined;
  device: DeviceChoice;
  precision: PrecisionChoice;
  anyway?: boolean | undefined;
  queue: number;
}

/** What answers clients, and its model, which is loaded when it is first needed. */
async function answererFor(
  engine: Engine,
  pictures: string,
  { allow = [], model: named, device, precision, anyway = false, queue }: SharedOptions,
  log: (line: string) => void,
) {
  const allowed = await AllowedFolders.of(allow);
  let loaded: ModelInfo | undefined;
  const model = async (running: { signal?: AbortSignal | undefined }): Promise<ModelInfo> => {
    if (loaded) return loaded;
    const folder = named ?? bundledModel();
    const use = await deviceFor(folder, device, { signal: running.signal });
    return (loaded = await engine.load(folder, {
      bundled: named === undefined,
      anyway,
      precision,
      device: use,
      ...running,
    }));
  };
  const answerer = new Answerer({
    engine,
    model,
    captureViews: process.env['ZOETROPE_ELECTRON_COMMAND'] === undefined ? undefined : captureViewsWith(engine),
    allowed,
    waiting: queue,
    pictures,
    anyway,
    advise: adviceOf,
    log,
    watch: endIfSilent,
  });
  return { answerer, model };
}

const captureViewsWith =
  (engine: Engine): NonNullable<Answerer['options']['captureViews']> =>
  (path, job, options) =>
    captureViews(path, job, engine, options);

/** Shorter ones could be guessed. */
const SHORTEST_TOKEN = 16;

/** The token of an environment variable; a new one without its name. An argument could be read by other users. */
function tokenFrom(name: string | undefined): string {
  if (name === undefined) return randomBytes(24).toString('base64url');
  const token = process.env[name]?.trim() ?? '';
  if (token.length >= SHORTEST_TOKEN && /^[!-~]+$/.test(token)) return token;
  throw usage(
    say`The environment variable ${name} holds no token: at least ${SHORTEST_TOKEN} letters, digits and signs without spaces.`,
  );
}

/** Parses an origin as browsers send it. */
function readOrigin(text: string): string {
  try {
    const { origin } = new URL(text);
    if (origin === text.replace(/\/$/, '')) return origin;
  } catch {
    // refused below
  }
  throw usage(say`--allow-origin takes an origin such as https://example.org, not "${text}".`);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
