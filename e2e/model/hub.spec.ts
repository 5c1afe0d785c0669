// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { REPO, startHub, type TestHub } from '../../src/model/hub/test-hub';
import { root, Zoetrope } from '../fixtures/window';

/** Models of a hub in the real window. The hub is on loopback and has the bundled model under another name. */

test('a model is downloaded, paused, continued after a kill, used, and removed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-window-hub-'));
  const starter = join(root, 'models/starter');
  const names = readdirSync(starter).filter((name) => /\.(json|jinja|safetensors)$/.test(name));
  const hub: TestHub = await startHub(
    Object.fromEntries(names.map((name) => [name, readFileSync(join(starter, name))])),
  );
  /** Half of the weights come, and then nothing. */
  const half: TestHub['trouble'] = (response, request, bytes) => {
    if (!request.url!.endsWith('.safetensors')) return false;
    const from = Number(/=(\d+)/.exec(request.headers.range ?? '=0')![1]);
    response.writeHead(206, {
      'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
      'content-length': bytes.length - from,
    });
    response.write(bytes.subarray(from, Math.max(from, bytes.length / 2)));
    return true;
  };
  hub.trouble = half;
  process.env['HF_ENDPOINT'] = hub.url;
  process.env['HF_HOME'] = folder;
  let zoetrope = await Zoetrope.start();
  const dialog = () => zoetrope.page.getByTestId('settings-dialog');
  try {
    const open = async (): Promise<void> => {
      await zoetrope.modelReady();
      await zoetrope.page.getByTestId('settings-button').click();
      await zoetrope.page.getByTestId('hub-name').scrollIntoViewIfNeeded();
    };
    const get = async (): Promise<void> => {
      await zoetrope.page.getByTestId('hub-name').fill(REPO);
      await zoetrope.page.getByTestId('hub-get').click();
    };
    await open();
    expect(hub.asked).toEqual([]);
    await get();
    await expect(dialog().getByTestId('hub-job')).toContainText('apache-2.0');
    await expect(dialog().getByTestId('hub-job')).toContainText(/[78](\.\d)? MB of 15 MB/);
    await dialog().getByTestId('hub-job').scrollIntoViewIfNeeded();
    await zoetrope.screenshot('hub-job');
    await dialog().getByTestId('hub-pause').click();
    await expect(dialog().getByTestId('hub-job')).toHaveCount(0);
    const model = () => zoetrope.page.getByTestId('hub-model');
    const paused = () => model().getByTestId('hub-paused');
    await expect(paused()).toContainText(/Paused, 5\d % of 15 MB/);
    await model()
      .getByRole('button', { name: /Discard/ })
      .click();
    await model()
      .getByRole('button', { name: /for good/ })
      .click();
    await expect(model()).toHaveCount(0);
    expect(readdirSync(join(folder, 'hub'))).toEqual([]);

    await get();
    await expect(dialog().getByTestId('hub-job')).toContainText(/[78](\.\d)? MB of 15 MB/);
    await zoetrope.kill();
    hub.trouble = undefined;
    zoetrope = await Zoetrope.start({ profile: zoetrope.profile });
    await open();
    // From here on the hub asks for a token.
    hub.token = 'hf_of_the_test';
    await dialog().getByTestId('hub-token').fill(hub.token);
    await dialog().getByTestId('hub-token').press('Enter');
    await expect(dialog().getByTestId('hub-token-state')).toContainText('A token is kept');
    await expect(dialog().getByTestId('hub-token')).toHaveValue('');
    await expect(paused()).toContainText(/Paused, [45]\d % of 15 MB/);
    await paused().scrollIntoViewIfNeeded();
    await zoetrope.screenshot('hub-paused');
    await paused().getByTestId('hub-go-on').click();
    await expect(model().getByRole('button', { name: /^Use/ })).toBeVisible({ timeout: 30_000 });
    expect(hub.asked.at(-1)!.from).toBeGreaterThan(6_000_000);
    await model().scrollIntoViewIfNeeded();
    await zoetrope.screenshot('hub-downloaded');

    await model().getByRole('button', { name: /^Use/ }).click();
    const inUse = async () => {
      const { engine } = await zoetrope.state();
      return engine.state === 'ready' ? engine.model.folder : '';
    };
    await expect.poll(inUse, { timeout: 60_000 }).toContain(join('models--lab--tiny-model', 'snapshots'));
    await model()
      .getByRole('button', { name: /newer version/ })
      .click();
    await expect(model()).toContainText('This is the newest version.');
    hub.commit = 'b'.repeat(40);
    await model()
      .getByRole('button', { name: /newer version/ })
      .click();
    await expect(model()).toContainText('A newer version was downloaded.');
    await model().getByRole('button', { name: /^Use/ }).click();
    await expect.poll(inUse, { timeout: 60_000 }).toContain(hub.commit);

    // The models move to another folder, with the one in use.
    const place = zoetrope.page.getByTestId('models-folder');
    const chosen = join(folder, 'chosen');
    await zoetrope.answerDialog([chosen]);
    await place.getByRole('radio', { name: 'Move' }).click();
    await place.scrollIntoViewIfNeeded();
    await zoetrope.screenshot('models-folder');
    await place.getByTestId('folder-move').click();
    await expect(place).toContainText(chosen);
    await expect.poll(inUse, { timeout: 60_000 }).toContain(join(chosen, 'models--lab--tiny-model'));
    await zoetrope.screenshot('models-folder-chosen');
    const remove = async (): Promise<void> => {
      await model()
        .getByRole('button', { name: /Remove/ })
        .click();
      await model()
        .getByRole('button', { name: /for good/ })
        .click();
    };
    await remove();
    await expect(zoetrope.page.getByTestId('error').last()).toContainText('is the model in use');
    await zoetrope.page.keyboard.press('Escape');
    await zoetrope.openSample('pictures');
    await expect(zoetrope.tray).toHaveCount(2, { timeout: 15_000 });
    await zoetrope.ask('What changed?');
    expect((await zoetrope.answered()).text).toContain('gone');

    await open();
    await zoetrope.page.getByTestId('model-bundled').click();
    await expect.poll(inUse, { timeout: 30_000 }).toContain('starter');

    // The same model, dropped on the window by its weights.
    await zoetrope.page.keyboard.press('Escape');
    const snapshot = join(chosen, 'models--lab--tiny-model/snapshots', hub.commit);
    await zoetrope.drop(join(snapshot, 'model.safetensors'));
    await expect(zoetrope.page.getByTestId('notice').last()).toContainText('answers from now on', { timeout: 30_000 });
    expect(await inUse()).toBe(snapshot);
    await open();
    await zoetrope.page.getByTestId('model-bundled').click();
    await expect.poll(inUse, { timeout: 30_000 }).toContain('starter');
    await remove();
    await expect(model()).toHaveCount(0);
    expect([join(folder, 'hub'), chosen].map((one) => readdirSync(one))).toEqual([[], ['.zoetrope-models']]);

    await zoetrope.page.getByTestId('hub-name').fill('lab/unknown');
    await zoetrope.page.getByTestId('hub-name').press('Enter');
    await expect(zoetrope.page.getByTestId('error').last()).toContainText('The hub has no model "lab/unknown".');
  } finally {
    delete process.env['HF_ENDPOINT'];
    delete process.env['HF_HOME'];
    await zoetrope.end();
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
