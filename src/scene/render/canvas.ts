// SPDX-License-Identifier: Apache-2.0
import { WebGLRenderer } from 'three';
import { say, ZoetropeError } from '../../contract';

/** @throws capture-failed where there is no WebGL. */
export function makeRenderer(canvas: HTMLCanvasElement): WebGLRenderer {
  try {
    return new WebGLRenderer({ canvas, antialias: true, alpha: false, powerPreference: 'high-performance' });
  } catch (cause) {
    throw new ZoetropeError(
      'capture-failed',
      say`This machine shows no 3D graphics here.`,
      say`Update the graphics driver, or start Zoetrope with software rendering.`,
      String(cause),
    );
  }
}

/** Gives the canvas a size. Setting even the same one again would throw its contents and its memory away. */
export function sizeCanvas(renderer: WebGLRenderer, width: number, height: number, pixelRatio: number): void {
  const { width: w, height: h } = renderer.domElement;
  const same = w === Math.floor(width * pixelRatio) && h === Math.floor(height * pixelRatio);
  if (same && renderer.getPixelRatio() === pixelRatio) return;
  renderer.setDrawingBufferSize(width, height, pixelRatio);
}

/** Waits until the graphics card has given the canvas its context back, three seconds at most. */
export function contextBack(canvas: HTMLCanvasElement): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 3000);
    const back = (): void => {
      clearTimeout(timer);
      resolve();
    };
    canvas.addEventListener('webglcontextrestored', back, { once: true });
  });
}
