// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from 'react';
import type { Waveform as Peaks } from '../../../contract';
import { columnsOf, type View } from './view';
import styles from './Waveform.module.css';

const HEIGHT = 26;
/** Width of a column and the gap after it, pixels. */
const PITCH = 2;

/** The waveform below the strip. Only the visible part is drawn, so an hour costs as much as a second. */
export function Waveform({ sound, view, width }: { sound: Peaks | null; view: View; width: number }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context || width <= 0) return undefined;
    const draw = () => {
      const dots = devicePixelRatio || 1;
      const [wide, tall] = [Math.round(width * dots), Math.round(HEIGHT * dots)];
      if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, { width: wide, height: tall });
      context.setTransform(dots, 0, 0, dots, 0, 0);
      context.clearRect(0, 0, width, HEIGHT);
      context.fillStyle = getComputedStyle(canvas).color;
      if (!sound) return;
      columnsOf(sound.peaks, sound.perSecond, view, Math.floor(width / PITCH)).forEach((loud, k) => {
        // The square root keeps quiet sounds visible.
        const tall = Math.max(1, Math.sqrt(loud) * HEIGHT);
        context.fillRect(k * PITCH, (HEIGHT - tall) / 2, 1, tall);
      });
    };
    draw();
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => themed.disconnect();
  }, [sound, view, width]);
  return (
    <canvas
      ref={ref}
      className={styles.wave}
      aria-hidden
      data-testid="waveform"
      data-peaks={sound?.peaks.length ?? 0}
    />
  );
}
