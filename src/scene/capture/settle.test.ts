// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { planViews, posePosition, type Bounds, type PlannedView } from '../../camera';
import type { PlannedStrategy } from '../../contract';
import type { SceneViewer } from '../viewer/scene-viewer';
import { settlePairs, settleViews } from './settle';

beforeAll(() => void vi.stubGlobal('document', { visibilityState: 'hidden' }));
afterAll(() => void vi.unstubAllGlobals());

/** A wall in the plane z = 0. */
const bounds: Bounds = { min: [-1, 0, 0], max: [1, 2, 0] };
const plan = (strategy: PlannedStrategy, count = 8): PlannedView[] => planViews({ strategy, bounds, count, size: 64 });
const depthOf = ({ pose }: PlannedView): number => posePosition(pose)[2];
const seesAlong = (view: PlannedView): boolean => Math.abs(depthOf(view)) > 0.3;

const viewer = (shows: (view: PlannedView) => boolean) => ({ bounds, shows }) as unknown as SceneViewer;
const words = (notes: readonly { template: string; values: readonly unknown[] }[]): string[] =>
  notes.map(({ template, values }) => `${template.split(':')[0]} ${values.map(String).join()}`.trim());

describe('views that would be blank', () => {
  it('are left as they are where all show something', async () => {
    const views = plan('ring');
    expect(
      await settleViews(
        viewer(() => true),
        views,
      ),
    ).toEqual({ views, notes: [] });
  });

  it.each(['ring', 'ring-top', 'hemisphere', 'sphere'] as const)(
    'from outside (%s) are taken from a place nearby, each from another one',
    async (strategy) => {
      const planned = plan(strategy);
      const { views, notes } = await settleViews(viewer(seesAlong), planned);
      const blank = planned.filter((view) => !seesAlong(view)).length;
      expect(views).toHaveLength(8);
      expect(views.every((view) => seesAlong(view) && view.strategy === strategy && view.intrinsics.width === 64)).toBe(
        true,
      );
      expect(new Set(views.map(({ pose }) => pose.cameraToWorld.join()))).toHaveLength(8);
      expect(words(notes)).toEqual(
        blank > 0 ? [`Views that would have shown nothing were taken from another place ${blank}`] : [],
      );
    },
  );

  it('are drawn from both sides where only backs are seen', async () => {
    const { views, notes } = await settleViews(
      viewer((view) => depthOf(view) > 0.3 || (seesAlong(view) && view.bothSides === true)),
      plan('ring'),
    );
    expect(views).toHaveLength(8);
    expect(views.filter(({ bothSides }) => bothSides)).toHaveLength(3);
    expect(words(notes)).toContain('Views that see the scene only from behind, drawn from both sides 3');
  });

  it('of a cube are left out, and all six taken from outside where it stands in nothing', async () => {
    const some = await settleViews(
      viewer(({ pose }) => pose.target[1] < 2),
      plan('cube'),
    );
    expect([some.views.length, words(some.notes)]).toEqual([
      5,
      ['Views that would have shown nothing were left out 1'],
    ]);
    const none = await settleViews(
      viewer((view) => view.strategy !== 'cube' && seesAlong(view)),
      plan('cube'),
    );
    expect(none.views.map(({ strategy }) => strategy)).toEqual(Array(6).fill('sphere'));
    // The cameras are spread around the wall, not all above it.
    const heights = none.views.map(({ pose }) => posePosition(pose)[1]);
    expect(Math.min(...heights)).toBeLessThan(0);
    expect(Math.max(...heights)).toBeGreaterThan(2);
  });

  it('of given cameras are left out; those that show nothing at all are refused', async () => {
    const given = plan('ring').map((view): PlannedView => ({ ...view, strategy: 'file' }));
    expect((await settleViews(viewer(seesAlong), given)).views).toHaveLength(6);
    const nowhere = settleViews(
      viewer(({ strategy }) => strategy !== 'file'),
      given,
    );
    await expect(nowhere).rejects.toMatchObject({ code: 'capture-failed' });
  });

  it('are refused where there is nothing to see anywhere', async () => {
    await expect(
      settleViews(
        viewer(() => false),
        plan('ring'),
      ),
    ).rejects.toMatchObject({ code: 'capture-failed' });
    await expect(
      settleViews(
        viewer(() => false),
        plan('cube'),
      ),
    ).rejects.toMatchObject({ code: 'capture-failed' });
  });

  it('of a second scene are left out, that pictures stay in pairs', async () => {
    const views = plan('ring');
    const settled = await settlePairs(viewer(seesAlong), views);
    expect(settled.views.map(({ pose }) => pose)).toEqual(views.filter(seesAlong).map(({ pose }) => pose));
    expect(settled.notes).toHaveLength(1);
  });
});
