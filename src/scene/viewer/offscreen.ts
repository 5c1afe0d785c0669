// SPDX-License-Identifier: Apache-2.0
import { PerspectiveCamera, type Object3D, type Scene, type WebGLRenderer } from 'three';
import { SURVEY_SIZE, type Bounds } from '../../camera';
import type { Passes } from '../../contract';
import { nextFrame } from '../frames';
import { drawSides, type DrawnView } from '../render/backs';
import { contextBack } from '../render/canvas';
import { renderPasses } from '../render/passes';
import { captureFailed, glance, renderPicture, type Fault } from '../render/picture';
import { Survey } from '../render/survey';

export interface OffscreenEvents {
  /** Before drawing: everything must be drawn, without thinning. */
  onBegin: () => void;
  /** The canvas was used for a picture: the screen must be drawn again in the same task. */
  onTaken: () => void;
}

/** Renders pictures of the scene from any pose, without the marks that are drawn only on screen. */
export class Offscreen {
  private readonly camera = new PerspectiveCamera();

  /** @param stage the scene with its ground and lights. */
  constructor(
    private readonly renderer: WebGLRenderer,
    private readonly stage: Scene,
    private readonly events: OffscreenEvents,
  ) {}

  /**
   * Renders one picture: RGBA, top row first. A picture that fails or is one flat colour is rendered once more.
   * @throws capture-failed if that fails too: a black or empty picture is never returned
   */
  async capture(root: Object3D, view: DrawnView): Promise<Uint8Array<ArrayBuffer>> {
    let fault = this.take(root, view);
    if (fault instanceof Uint8Array) return fault;
    if (fault === 'context-lost') await contextBack(this.renderer.domElement);
    else await nextFrame();
    fault = this.take(root, view);
    if (fault instanceof Uint8Array) return fault;
    throw captureFailed(fault);
  }

  /** Depths, normals and object numbers of a view's pixels. @throws capture-failed */
  passes(root: Object3D, view: DrawnView): Passes {
    return renderPasses(this.renderer, root, view);
  }

  /**
   * Whether a view shows anything of the scene. Tested with a small picture and, if that is blank, with one of full
   * size.
   */
  shows(root: Object3D, view: DrawnView): boolean {
    this.events.onBegin();
    const restore = drawSides(root, view);
    const seen = glance(this.renderer, this.stage, this.camera, view);
    restore();
    return seen || this.take(root, view) !== 'blank';
  }

  /** Returns a survey, for looking at the scene from many places in small pictures. The caller must dispose of it. */
  survey({ root, bounds }: { root: Object3D; bounds: Bounds }, keepBacks: boolean): Survey {
    return new Survey(this.renderer, root, bounds, SURVEY_SIZE, keepBacks);
  }

  private take(root: Object3D, view: DrawnView): Uint8Array<ArrayBuffer> | Fault {
    this.events.onBegin();
    const restore = drawSides(root, view);
    const taken = renderPicture(this.renderer, this.stage, this.camera, view.pose, view.intrinsics);
    restore();
    this.events.onTaken();
    return taken;
  }
}
