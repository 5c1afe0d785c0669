// SPDX-License-Identifier: Apache-2.0
import { WebGLRenderTarget, type PerspectiveCamera, type Scene, type WebGLRenderer } from 'three';
import { say, ZoetropeError, type CameraPose, type Intrinsics } from '../../contract';
import { placeCamera } from '../pose';
import { sizeCanvas } from './canvas';

/**
 * Takes one picture through the canvas itself, at the picture's size. three's render targets skip tone mapping and
 * resolve and blend before it, so their pixels differ from the screen's; this way there is one path for both. The
 * caller restores the canvas's size and redraws it in the same task, so that the window never shows the change. Returns
 * RGBA, top row first, or what went wrong.
 */
export function renderPicture(
  renderer: WebGLRenderer,
  scene: Scene,
  camera: PerspectiveCamera,
  pose: CameraPose,
  intrinsics: Intrinsics,
): Uint8Array<ArrayBuffer> | Fault {
  const gl = renderer.getContext();
  const { width, height } = intrinsics;
  if (gl.isContextLost()) return 'context-lost';
  while (gl.getError() !== gl.NO_ERROR) {
    if (gl.isContextLost()) return 'context-lost'; // getError reports a lost context once and then no more
  }
  sizeCanvas(renderer, width, height, 1);
  // If a canvas is too large for the graphics card, it is silently made smaller.
  if (gl.drawingBufferWidth !== width || gl.drawingBufferHeight !== height) return 'too-large';
  placeCamera(camera, pose, intrinsics);
  renderer.render(scene, camera);
  return readPixels(gl, width, height);
}

/** Edge of the small picture that shows whether a view is blank, pixels. */
const GLANCE_SIZE = 96;

/** Whether a view is not blank when it is drawn small, into a render target. A small object may be missed. */
export function glance(
  renderer: WebGLRenderer,
  scene: Scene,
  camera: PerspectiveCamera,
  { pose, intrinsics }: { pose: CameraPose; intrinsics: Intrinsics },
): boolean {
  const scale = Math.min(1, GLANCE_SIZE / Math.max(intrinsics.width, intrinsics.height));
  const [width, height] = [intrinsics.width, intrinsics.height].map((edge) =>
    Math.max(1, Math.round(scale * edge)),
  ) as [number, number];
  const target = new WebGLRenderTarget(width, height);
  const pixels = new Uint8Array(4 * width * height);
  placeCamera(camera, pose, intrinsics);
  renderer.setRenderTarget(target);
  renderer.clear();
  renderer.render(scene, camera);
  renderer.setRenderTarget(null);
  renderer.readRenderTargetPixels(target, 0, 0, width, height, pixels);
  target.dispose();
  return !isUniform(pixels);
}

/** Why there is no picture. `blank`: all pixels are the same, so nothing of the scene is in it. */
export type Fault = 'context-lost' | 'too-large' | 'gl-error' | 'blank';

/** The pixels of the canvas, read in the same task in which it was drawn: RGBA, top row first. */
export function readPixels(
  gl: WebGLRenderingContext | WebGL2RenderingContext,
  width: number,
  height: number,
): Uint8Array<ArrayBuffer> | Fault {
  const bottomFirst = new Uint8Array(width * height * 4);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, bottomFirst);
  const error = gl.getError();
  if (gl.isContextLost()) return 'context-lost';
  if (error !== gl.NO_ERROR) return 'gl-error';
  if (isUniform(bottomFirst)) return 'blank';
  return flipRows(bottomFirst, width, height);
}

/** Whether all pixels are the same. A lost context reads back as zeros without an error. */
export function isUniform(rgba: Uint8Array): boolean {
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.byteLength >> 2);
  const first = pixels[0];
  return pixels.every((pixel) => pixel === first);
}

export function flipRows(rgba: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  const row = width * 4;
  const flipped = new Uint8Array(rgba.length);
  for (let y = 0; y < height; y++) flipped.set(rgba.subarray(y * row, (y + 1) * row), (height - 1 - y) * row);
  return flipped;
}

/** The error for a picture that could not be taken. */
export function captureFailed(fault: Fault): ZoetropeError {
  switch (fault) {
    case 'blank':
      return new ZoetropeError(
        'capture-failed',
        say`Nothing of the scene is in this view.`,
        say`Turn the camera towards it, or press F to see it whole.`,
      );
    case 'too-large':
      return new ZoetropeError(
        'capture-failed',
        say`The picture is larger than this graphics card can draw.`,
        say`Choose a smaller picture.`,
      );
    case 'context-lost':
      return new ZoetropeError(
        'capture-failed',
        say`The graphics card stopped answering.`,
        say`The views captured so far are kept. Try again; if it happens again, restart Zoetrope.`,
      );
    case 'gl-error':
      return new ZoetropeError(
        'capture-failed',
        say`The graphics card could not draw the view.`,
        say`Try again, or close other programs that use the graphics card.`,
      );
  }
}
