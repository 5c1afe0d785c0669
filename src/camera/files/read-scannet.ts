// SPDX-License-Identifier: Apache-2.0
import { say } from '../../contract';
import type { Lens } from '../lens';
import { flipConvention } from '../pose';
import type { PosedPicture } from './pose-files';
import { badPoses, isLens, numbers, posedPicture, rigid, words } from './read-poses';

export interface ScanNetFiles {
  /** intrinsic_color.txt: the lens as a 4x4 matrix. */
  intrinsic: string;
  /** Size in pixels of the colour pictures that the lens belongs to. */
  width: number;
  height: number;
  /** Each picture with the text of its pose file: camera to world in OpenCV axes. */
  poses: readonly { file: string; pose: string }[];
}

/**
 * The poses of an extracted ScanNet scan (color, pose, intrinsic). Pictures without a pose (their matrix is infinite)
 * are left out.
 * @throws ZoetropeError `poses-unreadable`.
 */
export function readScanNetFiles({ intrinsic, width, height, poses }: ScanNetFiles): PosedPicture[] {
  const k = numbers(words(intrinsic));
  const lens: Lens = {
    fx: k?.[0] ?? NaN,
    fy: k?.[5] ?? NaN,
    cx: k?.[2] ?? NaN,
    cy: k?.[6] ?? NaN,
    width,
    height,
    distorted: false,
  };
  if (k?.length !== 16 || !isLens(lens)) throw badPoses('intrinsic_color.txt', say`is not the matrix of a lens`);
  return poses.flatMap(({ file, pose }) => {
    const row = words(pose);
    if (row.length !== 16) throw badPoses(file, say`has a pose that is not a matrix`, pose.slice(0, 120));
    const cameraToWorld = rigid(row.map(Number));
    return cameraToWorld ? [posedPicture(file, flipConvention(cameraToWorld), lens)] : [];
  });
}
