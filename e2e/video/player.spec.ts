// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noticeChannel } from '../../src/contract';
import { Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial' });

let zoetrope: Zoetrope;
let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'player-spec-'));
  // Frames come in groups of three, 40 ms apart, with 120 ms after each group.
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=6'];
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=300:duration=9'];
  const uneven = ['-vf', "setpts='(N+floor(N/3)*2)/25/TB'", '-fps_mode', 'passthrough', '-video_track_timescale', '25'];
  const args = [
    ...picture,
    ...sound,
    ...uneven,
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    join(folder, 'uneven.mp4'),
  ];
  execFileSync(process.env['FFMPEG_BIN'] ?? 'ffmpeg', ['-v', 'error', '-y', ...args]);
  zoetrope = await Zoetrope.start();
  await zoetrope.settings({ theme: 'dark' });
  await zoetrope.page.reload();
  await zoetrope.open(join(folder, 'uneven.mp4'));
  await expect(zoetrope.page.getByTestId('sample-button')).toBeEnabled({ timeout: 80_000 });
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});

/** The state of the video element. */
const video = () =>
  zoetrope.page.locator('video').evaluate(({ currentTime, paused, playbackRate, volume, muted }: HTMLVideoElement) => ({
    currentTime,
    paused,
    playbackRate,
    volume,
    muted,
  }));
const press = async (...keys: string[]) => {
  for (const key of keys) await zoetrope.page.keyboard.press(key);
};
const shownAt = (n: number): number => (n + Math.floor(n / 3) * 2) / 25;
const onTray = () => zoetrope.page.getByRole('region', { name: 'Tray' }).click({ position: { x: 200, y: 15 } });

test('steps go from one real frame to the next, however long it stands', async () => {
  await expect
    .poll(async () => (await zoetrope.page.locator('video').evaluate((v: HTMLVideoElement) => v.readyState)) > 1, {
      timeout: 80_000,
    })
    .toBe(true);
  await onTray();
  for (const n of [1, 2, 3, 4]) {
    await press('ArrowRight');
    await expect.poll(async () => (await video()).currentTime, `frame ${n}`).toBeGreaterThan(shownAt(n));
    expect((await video()).currentTime).toBeLessThan(shownAt(n + 1));
  }
  await press('Shift+ArrowRight', 'ArrowLeft'); // seeks run one after another: the 14th frame may still be shown
  const frame13 = ({ currentTime }: { currentTime: number }): boolean =>
    currentTime > shownAt(13) && currentTime < shownAt(14);
  await expect.poll(async () => frame13(await video())).toBe(true);
});

test('J, K and L; speed, sound and the whole screen by keyboard', async () => {
  const { page } = zoetrope;
  await onTray();
  await press('l', 'l');
  await expect.poll(video).toMatchObject({ paused: false, playbackRate: 2 });
  await press('k');
  await expect.poll(video).toMatchObject({ paused: true });
  const before = (await video()).currentTime;
  await press('j');
  await expect.poll(async () => (await video()).currentTime).toBeLessThan(before);
  await press('k', '>');
  await expect(page.getByRole('button', { name: 'Speed: 1.5×' })).toBeVisible();
  await press('Space');
  await expect.poll(video).toMatchObject({ paused: false, playbackRate: 1.5 });
  await press('k', '<', 'Shift+M');
  await expect.poll(video).toMatchObject({ paused: true, muted: true });
  await expect(page.getByRole('button', { name: 'Volume: 0%' })).toBeVisible();
  await press('Shift+M', 'f');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
  await press('f');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(false);
});

/** Presses Tab (or Shift+Tab) until this element has the focus; fails if it never gets it. */
async function tabTo(role: 'button' | 'slider' | 'scrollbar' | 'row' | 'textbox', name: RegExp | string, key = 'Tab') {
  const wanted = zoetrope.page.getByRole(role, { name }).and(zoetrope.page.locator(':focus'));
  for (let k = 0; k < 60; k++) {
    if ((await wanted.count()) === 1) return;
    await press(key);
  }
  throw new Error(`${key} never comes to ${role} ${String(name)}`);
}

/** A tab stop. */
interface Stop {
  inPane: boolean;
  /** Whether the focus is visible: an outline, a border or a colour that appears only then. */
  visible: boolean;
  box: { top: number; left: number; bottom: number };
}

/** Every tab stop in one cycle through the window, with role and name as screen readers announce them. */
async function tabStops(): Promise<(Stop & { heard: string })[]> {
  const { page } = zoetrope;
  const heard: string[] = [];
  await page.evaluate(() => {
    const looks = (element: Element) => {
      // The element itself, its container and its contents: a field's border belongs to its frame, a picture's is
      // inside its row.
      const about = [
        element,
        element.parentElement,
        element.parentElement?.parentElement,
        ...element.querySelectorAll(':scope > *, :scope > * > *'),
      ];
      const styles = [
        ...about.flatMap((one) => (one ? [getComputedStyle(one)] : [])),
        getComputedStyle(element, '::before'),
      ];
      return styles
        .map(({ outline, boxShadow, borderColor, backgroundColor, width }) =>
          [outline, boxShadow, borderColor, backgroundColor, width].join(),
        )
        .join();
    };
    const seen = new Map<Element, string>();
    Object.assign(window, {
      walked: async () => {
        const began = document.getAnimations(); // reading this starts the transitions that the focus triggers
        await Promise.allSettled(began.map(({ finished }) => finished));
        const now = document.activeElement!;
        if (now === document.body || seen.has(now)) return seen.has(now);
        seen.set(now, looks(now));
        return false;
      },
      stops: () =>
        [...seen].map(([element, focused]) => {
          const { top, left, bottom } = element.getBoundingClientRect();
          return {
            inPane: element.closest('[data-testid=video-pane]') !== null,
            visible: looks(element) !== focused,
            box: { top, left, bottom },
          };
        }),
      unreached: () =>
        [
          ...document.querySelectorAll<HTMLElement>(
            '[data-testid=video-pane] :is(button, input, a, [role=button], [role=slider], [role=scrollbar])',
          ),
        ]
          .filter((element) => element.checkVisibility() && !element.matches(':disabled') && !seen.has(element))
          // A group has one tab stop; arrow keys move within it.
          .filter(
            (element) =>
              element.tabIndex >= 0 ||
              ![...seen.keys()].some((stop) => stop !== element && element.closest('[role=group]')?.contains(stop)),
          )
          .map((element) => element.outerHTML.slice(0, 200)),
    });
  });
  for (let k = 0; k < 120; k++) {
    await press('Tab');
    const focus = page.locator(':focus');
    const back = await page.evaluate(() => (window as unknown as { walked: () => Promise<boolean> }).walked());
    if (back) break;
    if ((await focus.count()) === 1 && !(await focus.evaluate((element) => element === document.body)))
      heard.push((await focus.ariaSnapshot()).split('\n')[0]!);
  }
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const stops = await page.evaluate(() => (window as unknown as { stops: () => Stop[] }).stops());
  expect(await page.evaluate(() => (window as unknown as { unreached: () => string[] }).unreached())).toEqual([]);
  return stops.map((stop, k) => ({ ...stop, heard: heard[k]! }));
}

test('everything by keyboard alone: each control has its place, its name and a focus that shows', async () => {
  test.slow(); // some hundred key presses, each waited for
  const { page } = zoetrope;
  const patient = { timeout: 60_000 };
  await zoetrope.modelReady();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const tray = async () =>
    (await zoetrope.state()).project.tray.map(({ origin }) => (origin.kind === 'frame' ? origin.index : -1));
  const segments = async () => Object.values((await zoetrope.state()).project.segments).flat();
  const time = async () => Number(await page.getByRole('slider', { name: 'Position' }).getAttribute('aria-valuenow'));

  // A range from 2 s to 6 s, with a name, sampled.
  await tabTo('slider', 'Position');
  await press('Home', 'ArrowRight', 'ArrowRight', 'i');
  for (let k = 0; k < 4; k++) await press('ArrowRight');
  await press('o');
  await expect.poll(segments).toMatchObject([{ start: 2, end: 6, chosen: true }]);
  await tabTo('button', /^Range 1/, 'Shift+Tab');
  await press('Enter');
  await page.keyboard.type('the turn');
  await press('Enter');
  await expect.poll(segments).toMatchObject([{ label: 'the turn' }]);
  await expect(page.getByRole('button', { name: /^the turn/ })).toBeFocused();
  await press('ArrowDown', 'Shift+ArrowLeft'); // moves its end ten frames earlier
  await expect.poll(async () => (await segments())[0]!.end).toBeLessThan(5.5);
  await tabTo('slider', 'Position');
  await press('+', '+');
  await tabTo('scrollbar', 'Visible section of the timeline');
  const shown = page.getByTestId('timeline-minimap');
  const before = Number(await shown.getAttribute('aria-valuenow'));
  await press('ArrowRight');
  expect(Number(await shown.getAttribute('aria-valuenow'))).toBeGreaterThan(before);
  await press('0');
  await expect(shown).toHaveCount(0);
  await expect(page.getByRole('slider', { name: 'Position' })).toBeFocused();
  await tabTo('textbox', 'How many frames');
  await page.keyboard.type('4');
  await press('Tab', 's');
  await expect.poll(async () => (await tray()).length, patient).toBe(4);

  // One cycle through the window, with everything in it.
  const stops = await tabStops();
  for (const { heard } of stops) expect(heard, heard).toMatch(/^- '?[a-z]+ "[^"]+"/);
  expect(stops.filter(({ visible }) => !visible).map(({ heard }) => heard)).toEqual([]);
  const pane = stops.filter(({ inPane }) => inPane);
  expect(pane.length).toBeGreaterThan(14);
  // Line by line, and from left to right within a line; one jump back to the top is allowed, because the cycle began in
  // the middle.
  const back = pane.filter(({ box }, k) => {
    const last = pane[k - 1]?.box;
    return last && box.top < last.bottom - 2 && box.left < last.left - 1;
  });
  expect(back.map(({ heard }) => heard)).toEqual(['- slider "End of the turn"']);

  // From mark to mark: a mark that is moved keeps the focus, a removed one passes it on.
  const marks = page.getByTestId('timeline-mark');
  await tabTo('slider', /^Picture 1 at/);
  const first = await tray();
  await press('ArrowDown', 'ArrowRight', 'ArrowRight');
  await expect.poll(async () => (await tray())[1]).toBeGreaterThan(first[1]!);
  await expect(marks.nth(1)).toBeFocused();
  await press('Enter');
  await expect.poll(time).toBeGreaterThan(2.5);
  await press('Delete');
  await expect.poll(async () => (await tray()).length).toBe(3);
  await expect(marks.nth(1)).toBeFocused();
  await tabTo('button', 'One frame forward');
  await press('Enter', 'c');
  await expect.poll(async () => (await tray()).length, patient).toBe(4);
  await tabTo('button', 'Play', 'Shift+Tab');
  await press('Space');
  await expect.poll(video).toMatchObject({ paused: false });
  await press('k');
  await expect.poll(video).toMatchObject({ paused: true });

  // The tray, a question, and from its answer back to the moment in the video.
  await tabTo('row', /^Picture 1:/);
  await press('ArrowRight', 'Alt+ArrowLeft');
  const swapped = await tray();
  await expect.poll(async () => (await tray())[0]).not.toBe(first[0]);
  expect(swapped).toHaveLength(4);
  await press('Delete');
  await expect.poll(async () => (await tray()).length).toBe(3);
  await press('ControlOrMeta+z', 'ControlOrMeta+z');
  await expect.poll(async () => (await tray())[0]).toBe(first[0]);
  await tabTo('textbox', 'Question');
  await page.keyboard.type('What moves?');
  const asked = (await zoetrope.state()).project.messages.length;
  await press('Enter');
  const { receipt } = await zoetrope.answeredAfter(asked);
  expect(receipt.pictures).toHaveLength(4);
  // The bundled model cites no moments: the same answer with citations, as a larger model would write it.
  const { project } = await zoetrope.state();
  const messages = project.messages.map((message) =>
    message.role === 'assistant' ? { ...message, text: 'It turns at 0:03.' } : message,
  );
  await zoetrope.app.evaluate(
    ({ BrowserWindow }, [channel, changed]) => BrowserWindow.getAllWindows()[0]?.webContents.send(channel, changed),
    [noticeChannel('project.changed'), { ...project, messages }] as const,
  );
  await expect(page.getByTestId('citation')).toHaveText(['0:03']);
  await tabTo('button', /0:03/, 'Shift+Tab');
  await zoetrope.screenshot('player-keyboard');
  await press('Enter');
  await expect.poll(time).toBe(3);
  await page.emulateMedia({ reducedMotion: null });
});

test('the volume by its slider, named for screen readers', async () => {
  const { page } = zoetrope;
  await page.getByTestId('volume').click();
  const slider = page.getByRole('slider', { name: 'Volume' });
  await slider.focus();
  for (let k = 0; k < 4; k++) await press('ArrowLeft');
  await expect.poll(async () => (await video()).volume).toBeCloseTo(0.8);
  await zoetrope.screenshot('player-volume');
  await press('Escape');
  expect(await zoetrope.violations('[data-testid=video-pane]')).toEqual([]);
  await zoetrope.settings({ theme: 'light', language: 'zh' });
  await page.reload();
  await expect(page.getByTestId('sample-button')).toBeEnabled({ timeout: 80_000 });
  await zoetrope.screenshot('player-light-zh');
});
