// SPDX-License-Identifier: Apache-2.0
import { WebGLRenderer } from 'three';
import { say, ZoetropeError } from '../../contract';

/** Makes a WebGL renderer for a canvas. @throws capture-failed if there is no WebGL */
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

/** Resizes the canvas, unless it has that size already: setting it again would clear and reallocate the canvas. */
export function sizeCanvas(renderer: WebGLRenderer, width: number, height: number, pixelRatio: number): void {
  const { width: w, height: h } = renderer.domElement;
  const same = w === Math.floor(width * pixelRatio) && h === Math.floor(height * pixelRatio);
  if (same && renderer.getPixelRatio() === pixelRatio) return;
  renderer.setDrawingBufferSize(width, height, pixelRatio);
}

/** Waits until the WebGL context of the canvas has been restored, three seconds at most. */
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
