// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { Zoetrope } from '../fixtures/window';

let zoetrope: Zoetrope;
test.beforeAll(async () => void (zoetrope = await Zoetrope.start()));
test.afterAll(() => zoetrope.end());

test('the page is locked in: sandboxed, isolated, strict policy, no network, no way out', async () => {
  const preferences = await zoetrope.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents as Electron.WebContents & {
      getLastWebPreferences(): Electron.WebPreferences;
    };
    const { contextIsolation, sandbox, nodeIntegration, webSecurity } = contents.getLastWebPreferences();
    return { contextIsolation, sandbox, nodeIntegration, webSecurity };
  });
  expect(preferences).toEqual({ contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true });
  const found = await zoetrope.page.evaluate(async () => {
    const page = await fetch(location.href);
    // A script made from text: the policy must not run it.
    const script = document.createElement('script');
    script.textContent = 'window.evaluated = true';
    document.head.append(script);
    const reach = async (url: string) =>
      fetch(url).then(
        () => true,
        () => false,
      );
    return {
      policy: page.headers.get('content-security-policy'),
      evaluated: 'evaluated' in window,
      opened: window.open('https://example.org') !== null,
      network: await reach('http://127.0.0.1:9/'),
      passwd: (await fetch('zoetrope-media://source/..%2f..%2f..%2fetc%2fpasswd')).status,
      outside: (await fetch('zoetrope://app/..%2f..%2fpackage.json').catch(() => ({ status: 404 }))).status,
      globals: ['require', 'process', 'module'].filter((name) => name in window),
      paths: 'source.add' in window.zoetrope,
    };
  });
  expect(found).toMatchObject({
    evaluated: false,
    opened: false,
    network: false,
    passwd: 404,
    outside: 404,
    globals: [],
    paths: false,
  });
  expect(found.policy).toContain("default-src 'none'");
});

test('a request outside the contract is refused by name and nothing breaks', async () => {
  const replies = await zoetrope.page.evaluate(async () => [
    await window.zoetrope['source.remove']({ sources: ['../etc'], edit: 'e' }),
    await window.zoetrope['capture.job'](undefined).catch(() => ({ ok: false })),
    await window.zoetrope['tray.set']({ items: [{ id: 'x' }] } as never),
  ]);
  for (const reply of replies) expect(reply.ok).toBe(false);
  await expect(zoetrope.page.locator('nav[data-testid=library]')).toBeVisible();
});

for (const theme of ['dark', 'light'] as const) {
  test(`${theme}: readable by everyone`, async () => {
    await zoetrope.page.evaluate(async (chosen) => {
      const state = await window.zoetrope['app.state'](undefined);
      if (state.ok) await window.zoetrope['settings.set']({ ...state.value.settings, theme: chosen });
    }, theme);
    await zoetrope.page.reload();
    await zoetrope.modelReady();
    expect(await zoetrope.violations()).toEqual([]);
    await zoetrope.screenshot(`empty-${theme}`);
  });
}

test('the whole window with a clip, light and dark, English and Chinese', async () => {
  const { page } = zoetrope;
  await zoetrope.openSample('clip');
  await page.getByTestId('sample-button').click();
  await expect(zoetrope.tray).toHaveCount(16, { timeout: 30_000 });
  await zoetrope.ask('What is moving?');
  await zoetrope.answered();
  for (const theme of ['dark', 'light'] as const) {
    for (const language of ['en', 'zh'] as const) {
      await page.evaluate(
        async (chosen) => {
          const state = await window.zoetrope['app.state'](undefined);
          if (state.ok) await window.zoetrope['settings.set']({ ...state.value.settings, ...chosen });
        },
        { theme, language },
      );
      await page.reload();
      await expect(zoetrope.tray).toHaveCount(16);
      await expect(page.locator('html')).toHaveAttribute('lang', new RegExp(language));
      await zoetrope.screenshot(`clip-${theme}-${language}`);
      expect(await zoetrope.violations()).toEqual([]);
    }
  }
});
