// SPDX-License-Identifier: Apache-2.0
import { Box3, type Mesh, type Object3D } from 'three';
import type { Bounds } from '../../camera';
import type { ObjectRef, ShownObjects } from '../../contract';
import { vec3 } from '../pose';

export type ObjectKind = 'group' | 'mesh' | 'points' | 'splats' | 'lines';

/** An object of the scene that draws something or contains objects that do. */
export interface SceneObject extends ObjectRef {
  kind: ObjectKind;
  /** The number of triangles in it and its descendants. */
  triangles: number;
  children: SceneObject[];
}

type Drawn = Mesh & { isPoints?: boolean; isLine?: boolean; isSplats?: boolean; total?: number; count?: number };

const NAME_LENGTH = 200;

/** The objects of a scene as a tree, and which of them are shown. Objects that the file hides stay hidden. */
export class SceneObjects {
  readonly tree: SceneObject[];
  private readonly objects = new Map<string, Object3D>();
  private readonly paths = new Map<Object3D, string>();
  /** Objects that were hidden here. */
  private readonly put = new Set<Object3D>();

  constructor(content: Object3D) {
    const whole = this.read(content, '0');
    // The outermost group is left out: it adds nothing to the scene's name.
    this.tree = whole === null ? [] : whole.kind === 'group' && whole.children.length > 0 ? whole.children : [whole];
  }

  /**
   * The three.js object at a path; null if there is no object with that name there, for example because the file has
   * changed.
   */
  find({ path, name }: ObjectRef): Object3D | null {
    const object = this.objects.get(path);
    return object && nameOf(object) === name ? object : null;
  }

  /** The path of the nearest object that a three.js object belongs to. */
  pathOf(object: Object3D): string | null {
    for (let at: Object3D | null = object; at; at = at.parent) {
      const path = this.paths.get(at);
      if (path !== undefined) return path;
    }
    return null;
  }

  show({ hidden, only }: ShownObjects): void {
    for (const object of this.put) object.visible = true;
    this.put.clear();
    for (const part of hidden) this.hide(this.find(part));
    let at = only && this.find(only);
    for (; at && this.paths.has(at); at = at.parent) {
      for (const other of at.parent?.children ?? []) if (other !== at && this.paths.has(other)) this.hide(other);
    }
  }

  /** The bounding box of the visible parts of an object, in world space; null if there are none. */
  static bounds(object: Object3D): Bounds | null {
    const box = new Box3();
    const one = new Box3();
    object.traverseVisible((inside) => {
      const { geometry } = inside as Drawn;
      if (!geometry?.getAttribute('position')?.count || (inside as Drawn).isSplats) return;
      if (!geometry.boundingBox) geometry.computeBoundingBox();
      const own = (inside as { boundingBox?: Box3 | null }).boundingBox ?? geometry.boundingBox;
      if (own) box.union(one.copy(own).applyMatrix4(inside.matrixWorld));
    });
    return box.isEmpty() ? null : { min: vec3(box.min), max: vec3(box.max) };
  }

  private hide(object: Object3D | null): void {
    if (!object?.visible) return;
    object.visible = false;
    this.put.add(object);
  }

  private read(object: Object3D, path: string): SceneObject | null {
    const drawn = object as Drawn;
    const kind = kindOf(drawn);
    const children =
      kind === 'splats' ? [] : object.children.flatMap((child, k) => this.read(child, `${path}.${k}`) ?? []);
    if (kind === 'group' && children.length === 0) return null;
    this.objects.set(path, object);
    this.paths.set(object, path);
    const own = kind === 'mesh' ? Math.floor(corners(drawn) / 3) * (drawn.count ?? 1) : 0;
    return {
      path,
      name: nameOf(object),
      kind,
      triangles: children.reduce((sum, { triangles }) => sum + triangles, own),
      children,
    };
  }
}

/** The name as the file has it. The glTF loader's own names have no spaces, and numbers to tell equal ones apart. */
function nameOf({ name, userData }: Object3D): string {
  const written = (userData as { name?: unknown }).name;
  return (typeof written === 'string' ? written : name).slice(0, NAME_LENGTH);
}

const corners = ({ geometry }: Mesh): number => geometry.index?.count ?? geometry.getAttribute('position')?.count ?? 0;

function kindOf(object: Drawn): ObjectKind {
  if (object.isSplats) return 'splats';
  if (!object.geometry || corners(object) === 0) return 'group';
  return object.isMesh ? 'mesh' : object.isPoints ? 'points' : object.isLine ? 'lines' : 'group';
}
