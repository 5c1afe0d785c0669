// SPDX-License-Identifier: Apache-2.0
import type { SampleInfo } from '../../contract';
import styles from './SampleArt.module.css';

/** A small drawing for a sample: a strip of frames, two pictures, or a solid seen from several sides. */
export function SampleArt({ sample: { kind, id } }: { sample: SampleInfo }) {
  return (
    <svg viewBox="0 0 160 72" className={styles.art} aria-hidden>
      {kind === 'video' && <Strip />}
      {kind === 'images' && (id === 'pictures' ? <Pair /> : id === 'set' ? <Four /> : <Sheet x={57} lit />)}
      {kind === 'scene' && <Solid />}
    </svg>
  );
}

function Strip() {
  return (
    <>
      {[0, 1, 2, 3].map((k) => (
        <g key={k} transform={`translate(${11 + k * 35} 18)`}>
          <rect width="32" height="36" rx="3" className={styles.sheet} />
          <circle cx={8 + k * 5.4} cy={25 - Math.sin((k / 3) * Math.PI) * 13} r="4.5" className={styles.lamp} />
        </g>
      ))}
    </>
  );
}

function Sheet({ x, lit }: { x: number; lit: boolean }) {
  return (
    <g transform={`translate(${x} 14)`}>
      <rect width="46" height="44" rx="3" className={styles.sheet} />
      <path d="M8 34 L19 16 L30 34 Z" className={styles.line} />
      <circle cx="33" cy="14" r="5" className={lit ? styles.lamp : styles.line} />
    </g>
  );
}

function Pair() {
  return (
    <>
      <Sheet x={30} lit={false} />
      <Sheet x={84} lit />
    </>
  );
}

function Four() {
  return (
    <g transform="translate(6 9) scale(0.75)">
      {[0, 1, 2, 3].map((k) => (
        <Sheet key={k} x={k * 51} lit={k === 1} />
      ))}
    </g>
  );
}

function Solid() {
  return (
    <>
      <ellipse cx="80" cy="42" rx="56" ry="19" className={styles.orbit} />
      <path d="M80 16 L100 26 L100 46 L80 56 L60 46 L60 26 Z" className={styles.sheet} />
      <path d="M60 26 L80 36 L100 26 M80 36 L80 56" className={styles.edge} />
      {[200, 250, 290, 340].map((deg) => {
        const a = ((deg + 180) * Math.PI) / 180;
        return (
          <circle key={deg} cx={80 + 56 * Math.cos(a)} cy={42 + 19 * Math.sin(a)} r="3.5" className={styles.lamp} />
        );
      })}
    </>
  );
}
