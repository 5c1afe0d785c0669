import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, type Zoetrope } from './window';

interface TokenizerFile {
  added_tokens: { content: string; id: number }[];
  model: { vocab: Record<string, number> };
}

/** The bundled model with another end token: the byte 0xff, which no text holds and so no answer ever ends with. */
export function endlessModel(folder: string): string {
  const path = join(folder, 'endless');
  cpSync(join(root, 'models', 'starter'), path, { recursive: true });
  const file = join(path, 'tokenizer.json');
  const tokenizer = JSON.parse(readFileSync(file, 'utf8')) as TokenizerFile;
  const { vocab } = tokenizer.model;
  const end = vocab['ÿ'];
  const added = tokenizer.added_tokens.find(({ content }) => content === '<|im_end|>');
  if (end === undefined || !added) throw new Error('the tokenizer is not as expected');
  vocab['ÿ'] = added.id;
  vocab['<|im_end|>'] = added.id = end;
  writeFileSync(file, JSON.stringify(tokenizer));
  for (const name of ['config.json', 'generation_config.json']) {
    const text = readFileSync(join(path, name), 'utf8').replace(
      /"eos_token_id": *(\d+|\[[^\]]*\])/g,
      `"eos_token_id": ${end}`,
    );
    writeFileSync(join(path, name), text);
  }
  return path;
}

/** Chooses a model's folder as in Settings, and waits until it is loaded or refused. */
export async function chooseModel(zoetrope: Zoetrope, path: string): Promise<void> {
  await zoetrope.modelReady();
  await zoetrope.answerDialog([path]);
  await zoetrope.page.evaluate(async () => window.zoetrope['model.pick'](undefined));
}

export function enginePid(zoetrope: Zoetrope): Promise<number | undefined> {
  return zoetrope.app.evaluate(
    ({ app }) => app.getAppMetrics().find((m) => m.type === 'Utility' && m.name === 'Zoetrope engine')?.pid,
  );
}

/** Ends the engine's process as a crash in native code would. */
export async function killEngine(zoetrope: Zoetrope): Promise<number> {
  const pid = await enginePid(zoetrope);
  if (pid === undefined) throw new Error('the engine is not running');
  process.kill(pid, 'SIGKILL');
  return pid;
}

/** The bundled model under another name. */
export function modelNamed(folder: string, name: string): string {
  const path = join(folder, name);
  cpSync(join(root, 'models', 'starter'), path, { recursive: true });
  return path;
}

/** The bundled model with a tokenizer that tries every way to divide a text before it gives up: for ever. */
export function hungModel(folder: string): string {
  const path = modelNamed(folder, 'hung');
  const file = join(path, 'tokenizer.json');
  const tokenizer = JSON.parse(readFileSync(file, 'utf8')) as { pre_tokenizer: { pretokenizers: object[] } };
  tokenizer.pre_tokenizer.pretokenizers.unshift({
    type: 'Split',
    pattern: { Regex: '(?:[\\s\\S]|[\\s\\S])*\\u0001' },
    behavior: 'Isolated',
    invert: false,
  });
  writeFileSync(file, JSON.stringify(tokenizer));
  return path;
}
