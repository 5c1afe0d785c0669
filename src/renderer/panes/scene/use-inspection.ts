// SPDX-License-Identifier: Apache-2.0
import { useEffect, useMemo, useRef, useState } from 'react';
import {
  ALL_OBJECTS,
  STANDARD_RENDER_SETTINGS,
  type ObjectRef,
  type SceneSetup,
  type ShownObjects,
  type Vec3,
} from '../../../contract';
import { findObject, isolated, toggled } from './tree-rows';
import { usualUnits } from './units';
import type { SceneViewer, SceneObject } from '../../../scene';

/** A measurement with one end so far. */
export interface HalfMeasure {
  from: Vec3;
  /** The point of the surface under the pointer; null if there is none. */
  to: Vec3 | null;
  /** Whether the point is a vertex. */
  snapped: boolean;
}

/** If picking takes longer than this, it is not done while the pointer moves. Milliseconds. */
const LONG = 40;

const NO_TREE: readonly SceneObject[] = [];

/** State and actions for inspecting a scene: its objects, render settings, measurements, and flying. */
export function useInspection(viewer: SceneViewer | null, setup: SceneSetup, onSetup: (setup: SceneSetup) => void) {
  const [flying, setFlying] = useState(false);
  const [measuring, setMeasuring] = useState(false);
  const [half, setHalf] = useState<HalfMeasure | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const slow = useRef(false);
  const tree = useMemo(() => viewer?.tree ?? NO_TREE, [viewer]);
  const object = useMemo(() => (chosen === null ? null : findObject(tree, chosen)), [tree, chosen]);
  const renderSettings = setup.look ?? STANDARD_RENDER_SETTINGS;
  const shown = setup.parts ?? ALL_OBJECTS;
  const units = setup.units ?? usualUnits(viewer?.facts?.format ?? '');

  useEffect(() => viewer?.setRenderSettings(renderSettings), [viewer, renderSettings]);
  useEffect(() => viewer?.setShownObjects(shown), [viewer, shown]);
  useEffect(() => viewer?.choose(object && refTo(object)), [viewer, object]);
  useEffect(() => viewer?.setFlying(flying), [viewer, flying]);

  const setShown = (next: ShownObjects): void => {
    const { parts: _before, ...rest } = setup;
    onSetup(next.hidden.length === 0 && next.only === null ? rest : { ...setup, parts: next });
  };
  const measure = (on: boolean): void => {
    setMeasuring(on);
    setHalf(null);
  };
  /** Sets an end of a measurement, by a click or, with Enter, in the middle of the screen. */
  const mark = (x: number, y: number): void => {
    const found = viewer?.pickPlace(x, y);
    if (!found) return;
    if (!half) return setHalf({ from: found.place, to: null, snapped: found.snapped });
    setHalf(null);
    if (found.place.some((n, k) => n !== half.from[k])) {
      onSetup({
        ...setup,
        measures: [...setup.measures, { id: crypto.randomUUID(), from: half.from, to: found.place }],
      });
    }
  };
  /** Follows the pointer after one end was set. */
  const trace = (x: number, y: number): void => {
    if (!half || slow.current) return;
    const start = performance.now();
    const found = viewer?.pickPlace(x, y) ?? null;
    slow.current = performance.now() - start > LONG;
    setHalf({ ...half, to: found?.place ?? null, snapped: found?.snapped ?? false });
  };
  /** Handles Esc: cancels the innermost action in progress. Returns whether there was one. */
  const leave = (): boolean => {
    if (half) setHalf(null);
    else if (measuring) setMeasuring(false);
    else if (flying) setFlying(false);
    else if (object) setChosen(null);
    else return false;
    return true;
  };

  return {
    tree,
    object,
    choose: setChosen,
    shown,
    setShown,
    hide: () => object && setShown(toggled(shown, object)),
    isolate: () => object && setShown(isolated(shown, object)),
    showAll: () => (shown.hidden.length > 0 || shown.only) && setShown(ALL_OBJECTS),
    visit: (one: SceneObject) => viewer?.fit(refTo(one)),
    renderSettings,
    units,
    flying,
    fly: setFlying,
    measuring,
    measure,
    half,
    mark,
    trace,
    leave,
  };
}

const refTo = ({ path, name }: SceneObject): ObjectRef => ({ path, name });
