// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { say } from '../contract';
import { isLoopback, startServer } from '../serve';
import { command } from './define';
import { number, repeated, usage } from './options';
import { aborted, answererFor, servingOptions } from './serving';
import { withEngine } from './session';
import { toErr, toOut } from './terminal';

/** `zoetrope serve`: answers other programs over HTTP. */
export const serve = (signal: AbortSignal) =>
  servingOptions(command('serve', "Answers other programs over HTTP, in the form of OpenAI's chat completions."))
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
