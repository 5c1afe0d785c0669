// SPDX-License-Identifier: Apache-2.0
import { useState, type RefCallback } from 'react';
import { pictureUrl } from '../../../contract';
import { bridge } from '../../state';
import { Screen, type Shot, type Wanted } from './screen';

/** Wider pictures are drawn smaller, because they are only shown, not sent. */
const MOST_WIDTH = 2560;

interface ScreenInUse {
  screen: Screen;
  /** A ref callback for the canvas over the player. */
  canvas: RefCallback<HTMLCanvasElement>;
}

/** The `Screen` of a video. Later values of the two functions are ignored. */
export function useScreen(source: string, wanted: () => Wanted, seekAgain: () => void): ScreenInUse {
  const [made] = useState((): ScreenInUse => {
    let place: HTMLCanvasElement | null = null;
    const screen = new Screen({
      ...{ wanted, seekAgain },
      take: (player) => shotOf(player as HTMLVideoElement),
      read: (time) => readFrame(source, time),
      paint: (shot) => place && paint(place, shot),
    });
    const canvas = (element: HTMLCanvasElement | null) => {
      place = element;
      return () => void (place = null);
    };
    return { screen, canvas };
  });
  return made;
}

/** The player's current picture. Its time stamp is that of the picture, which may differ from the element's clock. */
function shotOf(player: HTMLVideoElement): Shot | null {
  try {
    const frame = new VideoFrame(player);
    const time = frame.timestamp / 1e6;
    frame.close();
    return { time, picture: player, width: player.videoWidth, height: player.videoHeight, close: () => undefined };
  } catch {
    return null; // there is no picture yet
  }
}

async function readFrame(source: string, time: number): Promise<Omit<Shot, 'time'> | null> {
  const reply = await bridge()['video.sample']({ source, plan: { strategy: 'at', times: [time] } }, () => undefined)
    .result;
  const picture = reply.ok ? reply.value.items[0]?.picture : undefined;
  if (!picture) return null;
  const bitmap = await fetch(pictureUrl(picture))
    .then(async (answer) => createImageBitmap(await answer.blob()))
    .catch(() => null);
  return bitmap && { picture: bitmap, width: bitmap.width, height: bitmap.height, close: () => bitmap.close() };
}

function paint(canvas: HTMLCanvasElement, shot: Omit<Shot, 'time'> | null): void {
  canvas.hidden = shot === null;
  if (shot === null || shot.width === 0) return;
  const scale = Math.min(1, MOST_WIDTH / shot.width);
  const [width, height] = [Math.round(shot.width * scale), Math.round(shot.height * scale)];
  // Setting a canvas's size clears it, even if it is the same size.
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  context?.clearRect(0, 0, width, height);
  context?.drawImage(shot.picture, 0, 0, width, height);
}
