// SPDX-License-Identifier: Apache-2.0
import { ClampToEdgeWrapping, type MeshPhongMaterial, type Texture } from 'three';
import { MTLLoader } from 'three/addons/loaders/MTLLoader.js';
import { say, type Sentence } from '../../contract';

/** The texture that a map line names, and how it is placed on the surface. */
export interface MapLine {
  name: string;
  repeat: [number, number];
  offset: [number, number];
  clamp: boolean;
}

/**
 * The largest number of words after each option of a map line. Those of `-o`, `-s` and `-t` are one to three numbers.
 */
const OPTIONS: Record<string, number> = {
  blendu: 1,
  blendv: 1,
  bm: 1,
  boost: 1,
  cc: 1,
  clamp: 1,
  imfchan: 1,
  mm: 2,
  o: 3,
  s: 3,
  t: 3,
  texres: 1,
  type: 1,
};
const COUNTED = ['o', 's', 't'];

/**
 * Parses the words after `map_Kd` and similar keywords: options in any order, then a name that may be quoted or contain
 * spaces.
 */
export function readMapLine(text: string): MapLine {
  const line: MapLine = { name: '', repeat: [1, 1], offset: [0, 0], clamp: false };
  let rest = text.trim();
  for (let option = /^-([a-z]+)(?=\s)/i.exec(rest); option; option = /^-([a-z]+)(?=\s)/i.exec(rest)) {
    const name = option[1]!.toLowerCase();
    const most = OPTIONS[name];
    if (most === undefined) break; // not an option: the name begins with a dash
    rest = rest.slice(option[0].length).trimStart();
    const words: string[] = [];
    while (words.length < most) {
      const [word] = /^\S+/.exec(rest) ?? [];
      if (word === undefined || (COUNTED.includes(name) && words.length > 0 && !isNumber(word))) break;
      const after = rest.slice(word.length).trimStart();
      if (after === '') break; // the last word is the name, even if it is a number
      words.push(word);
      rest = after;
    }
    const [u = NaN, v = u] = words.map(Number);
    if (name === 's' && Number.isFinite(u) && Number.isFinite(v)) line.repeat = [u, words.length > 1 ? v : 1];
    if (name === 'o' && Number.isFinite(u) && Number.isFinite(v)) line.offset = [u, words.length > 1 ? v : 0];
    if (name === 'clamp') line.clamp = words[0]?.toLowerCase() === 'on';
  }
  line.name = unquoted(rest);
  return line;
}

const isNumber = (word: string): boolean => word !== '' && Number.isFinite(Number(word));
const unquoted = (name: string): string =>
  name.length > 1 && name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1) : name;

const MAPS = /^(?:map_\w+|bump|norm|disp)$/;

interface Opacity {
  d?: number;
  tr?: number;
}

/**
 * Reads the materials of .mtl files, by name. three's loader does not support options before a texture's name, quotes,
 * tabs, or opacity written as `Tr` by MeshLab, so these lines are normalised first.
 */
export function readMtl(texts: readonly string[]): { creator: ReturnType<MTLLoader['parse']>; notes: Sentence[] } {
  const maps: MapLine[] = [];
  const opacities: Opacity[] = [];
  const lines: (string | { opacity: Opacity })[] = [];
  for (const text of texts) {
    for (const line of text.split(/\r\n|\r|\n/)) {
      const [, word = '', rest = ''] = /^\s*(\S+)\s*(.*)$/.exec(line.replace('\ufeff', '')) ?? [];
      const key = word.toLowerCase();
      const value = rest.trim();
      const opacity = opacities.at(-1);
      if (key === 'newmtl') {
        const own: Opacity = {};
        opacities.push(own);
        lines.push(`newmtl ${value}`, { opacity: own });
      } else if (key === 'd' || key === 'tr') {
        const share = Number(value.replace(/^-halo\s+/i, '').split(/\s/)[0]);
        if (opacity && Number.isFinite(share)) opacity[key] = share;
      } else if (MAPS.test(key)) {
        const map = readMapLine(value);
        if (map.name !== '') lines.push(`${key} ${maps.push(map) - 1}`);
      } else if (opacity) lines.push(`${key} ${value}`);
    }
  }
  const { opacityOf, notes } = settleOpacity(opacities);
  const plain = lines.map((line) => (typeof line === 'string' ? line : `d ${opacityOf(line.opacity)}`)).join('\n');
  const creator = new MTLLoader().parse(plain, '');
  creator.preload();
  for (const material of Object.values(creator.materials)) layMaps(material as MeshPhongMaterial, maps);
  return { creator, notes };
}

/**
 * `d` is opacity and `Tr` is its opposite, but MeshLab writes opacity as `Tr`. Since nobody writes invisible materials,
 * Tr 1 is taken to be MeshLab's (opaque); if no material has Tr 0, all `Tr` are then read as opacity.
 */
function settleOpacity(all: readonly Opacity[]): { opacityOf: (one: Opacity) => number; notes: Sentence[] } {
  const clear = all.filter(({ d, tr }) => d === undefined && tr === 1).length;
  const turned = clear > 0 && !all.some(({ d, tr }) => d === undefined && tr === 0);
  const written = ({ d, tr }: Opacity): number => {
    if (d !== undefined) return Math.max(d, tr === undefined ? 0 : 1 - tr);
    if (tr === undefined || tr === 1) return 1;
    return turned ? tr : 1 - tr;
  };
  return {
    opacityOf: written,
    notes: clear > 0 ? [say`Materials with Tr 1, taken to be opaque as MeshLab means it: ${clear}.`] : [],
  };
}

function layMaps(material: MeshPhongMaterial, maps: readonly MapLine[]): void {
  for (const value of Object.values(material) as unknown[]) {
    const texture = value as Texture | null;
    if (!texture?.isTexture) continue;
    const map = maps[Number((texture.image as { address?: string } | null)?.address)];
    if (!map) continue;
    texture.image = { address: map.name };
    texture.repeat.fromArray(map.repeat);
    texture.offset.fromArray(map.offset);
    if (map.clamp) texture.wrapS = texture.wrapT = ClampToEdgeWrapping;
  }
}

/** The .mtl files that an OBJ names: quoted, several on a line, or one with spaces. */
export function materialLibraries(obj: string): string[] {
  const found = new Set<string>();
  for (const [, rest = ''] of obj.matchAll(/^[ \t]*mtllib[ \t]+(.+)$/gm)) {
    const names = rest.includes('"')
      ? [...rest.matchAll(/"([^"]+)"|([^\s"]+)/g)].map((match) => match[1] ?? match[2]!)
      : rest.trim().split(/(?<=\.mtl)\s+/i);
    for (const name of names) if (name.trim() !== '' && found.size < MOST_LIBRARIES) found.add(name.trim());
  }
  return [...found];
}

const MOST_LIBRARIES = 64;
