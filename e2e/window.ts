import AxeBuilder from '@axe-core/playwright';
import { _electron, expect, type ElectronApplication, type Locator, type Page } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { AppState, Message, Receipt, Settings } from '../src/contract';
import { PLACEHOLDER } from '../src/sequence';

export const root = resolve(import.meta.dirname, '..');
export const samples = join(root, 'resources', 'samples');
const screens = join(root, 'test-results', 'screens');

type Answer = Extract<Message, { role: 'assistant' }>;

/** The app in a real window, with a profile of its own, driven as its user drives it. */
export class Zoetrope {
  private constructor(
    readonly app: ElectronApplication,
    readonly page: Page,
    readonly profile: string,
  ) {}

  /** Starts the app; with the profile of an earlier run it finds what that one left. Where it asks how to start, `choose` is the answer. */
  static async start({
    profile = mkdtempSync(join(tmpdir(), 'zoetrope-e2e-')),
    files = [],
    choose = 'usual',
  }: { profile?: string; files?: string[]; choose?: 'usual' | 'plain' | 'later' } = {}): Promise<Zoetrope> {
    const electron = process.env['ELECTRON_EXEC_PATH'];
    if (!electron) throw new Error('run the end-to-end tests with: npm run e2e');
    const flags = JSON.parse(process.env['ZOETROPE_ELECTRON_FLAGS'] ?? '[]') as string[];
    const app = await _electron.launch({
      executablePath: electron,
      args: [...flags, `--user-data-dir=${profile}`, root, ...files],
      env: { ...(process.env as Record<string, string>), ZOETROPE_TEST: '1' },
    });
    const page = await app.firstWindow();
    const zoetrope = new Zoetrope(app, page, profile);
    await page.setViewportSize({ width: 1440, height: 900 });
    const choice = page.getByTestId('start-choice');
    await expect(zoetrope.library.or(choice)).toBeVisible({ timeout: 90_000 });
    if (await choice.isVisible()) {
      if (choose === 'later') return zoetrope;
      await page.getByTestId(`start-${choose}`).click();
      await expect(zoetrope.library).toBeVisible({ timeout: 30_000 });
    }
    return zoetrope;
  }

  /** Ends the app and forgets its profile. */
  async end(): Promise<void> {
    await this.app.close();
    rmSync(this.profile, { recursive: true, force: true });
  }

  /** Ends it the hard way, as a power cut would. */
  async kill(): Promise<void> {
    const gone = new Promise((done) => this.app.process().once('exit', done));
    this.app.process().kill('SIGKILL');
    await gone;
  }

  get library(): Locator {
    return this.page.locator('nav[data-testid=library]');
  }
  get tray(): Locator {
    return this.page.getByTestId('tray-item');
  }
  get answer(): Locator {
    return this.page.getByTestId('answer');
  }
  /** The words of the answer being written; never those of the answer before it. */
  get writing(): Locator {
    return this.page.locator('[data-testid=answer][data-status=streaming]').getByTestId('answer-text');
  }
  get composer(): Locator {
    return this.page.getByTestId('composer');
  }

  async modelReady(): Promise<void> {
    await expect.poll(async () => (await this.state()).engine.state, { timeout: 30_000 }).toBe('ready');
  }

  /** What the main process holds: the truth the window mirrors. */
  state(): Promise<AppState> {
    return this.page.evaluate(async () => {
      const reply = await window.zoetrope['app.state'](undefined);
      if (!reply.ok) throw new Error(reply.error.message);
      return reply.value;
    });
  }

  /** Changes some settings; the page takes them up when it is loaded again. */
  async settings(change: Partial<Settings>): Promise<void> {
    await this.page.evaluate(async (wanted) => {
      const state = await window.zoetrope['app.state'](undefined);
      if (state.ok) await window.zoetrope['settings.set']({ ...state.value.settings, ...wanted });
    }, change);
  }

  async openSample(id: string): Promise<void> {
    await this.page.getByTestId(`sample-${id}`).first().click();
  }

  /** A key that an input method takes while it is composing what is being written in a field. */
  async composing(field: Locator, key: string): Promise<void> {
    await field.evaluate(
      (element, name) =>
        void element.dispatchEvent(
          new KeyboardEvent('keydown', { key: name, isComposing: true, bubbles: true, cancelable: true }),
        ),
      key,
    );
  }

  /** Opens files through the open dialog, which answers with these paths. */
  async open(...paths: string[]): Promise<void> {
    await this.answerDialog(paths);
    await this.page.getByTestId('open-button').first().click();
  }

  /** The next open dialog is answered with these paths. */
  async answerDialog(paths: string[]): Promise<void> {
    await this.app.evaluate(({ dialog }, filePaths) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: filePaths.length === 0, filePaths });
    }, paths);
  }

  /** @param question with `<image>` where the button would set the mark of a picture. */
  async ask(question: string): Promise<void> {
    await this.modelReady();
    this.said = await this.messageCount();
    await this.composer.fill(question.replaceAll('<image>', PLACEHOLDER));
    await this.composer.press('Enter');
  }

  /** Waits until the camera on screen has come to rest: the same over several drawn frames. */
  async sceneStill(): Promise<void> {
    await this.page.evaluate(async () => {
      let before = '';
      for (let same = 0; same < 6;) {
        await new Promise(requestAnimationFrame);
        const now = JSON.stringify(window.__zoetropeScene!.pose());
        same = now === before ? same + 1 : 0;
        before = now;
      }
    });
  }

  /** Waits for the answer to the question last asked to end as `status` and gives it as it was saved. */
  async answered(status: Answer['status'] = 'done'): Promise<Answer & { receipt: Receipt }> {
    // The answer before it stays in the window, done, until the new one is there: count first.
    await expect.poll(() => this.messageCount(), { timeout: 30_000 }).toBeGreaterThan(this.said);
    const last = async () => (await this.state()).project.messages.at(-1) as Answer | undefined;
    await expect.poll(async () => (await last())?.status, { timeout: 60_000 }).toBe(status);
    await expect(this.answer).toHaveAttribute('data-status', status);
    return (await last()) as Answer & { receipt: Receipt };
  }

  /** The same for a question that was not asked by `ask`: when there are more messages than `count`. */
  answeredAfter(count: number): Promise<Answer & { receipt: Receipt }> {
    this.said = count;
    return this.answered();
  }

  private said = 0;

  private async messageCount(): Promise<number> {
    return (await this.state()).project.messages.length;
  }

  /** sha256 of a tray picture's pixels as the window shows them: decoded by the browser, alpha left out. */
  shownPixels(item: Locator): Promise<string> {
    return item.locator('img').evaluate(async (img: HTMLImageElement) => {
      const bitmap = await createImageBitmap(await (await fetch(img.src)).blob(), { colorSpaceConversion: 'none' });
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d')!;
      context.drawImage(bitmap, 0, 0);
      const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
      const rgb = new Uint8Array((data.length / 4) * 3);
      for (let from = 0, to = 0; from < data.length; from += 4, to += 3) rgb.set(data.subarray(from, from + 3), to);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', rgb));
      return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    });
  }

  /** What axe finds that keeps someone from reading or using this part of the page, once its colours have stopped changing. */
  async violations(part = 'html'): Promise<string[]> {
    await this.page.evaluate(async () => {
      const ending = document
        .getAnimations()
        .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
      await Promise.allSettled(ending.map(({ finished }) => finished));
    });
    const { violations } = await new AxeBuilder({ page: this.page }).setLegacyMode().include(part).analyze();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }

  /** What can be scrolled sideways, with the pane at these widths in turn. Nothing should be. */
  async sideways(...widths: number[]): Promise<string[]> {
    const { height } = this.page.viewportSize()!;
    const found: string[] = [];
    for (const width of widths) {
      await this.page.setViewportSize({ width, height });
      await this.page.waitForTimeout(400); // the panes take up their new sizes
      const wide = await this.page.evaluate(() =>
        [...document.querySelectorAll('body *')]
          .filter(
            (e) =>
              e.checkVisibility() &&
              e.scrollWidth > e.clientWidth + 1 &&
              /auto|scroll/.test(getComputedStyle(e).overflowX),
          )
          .map((e) => e.className),
      );
      found.push(...wide.map((name) => `${name} at ${width}`));
    }
    return found;
  }

  /** Kept for people to look at. */
  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(screens, `${name}.png`) });
  }
}
