// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dropFiles, pasteFiles, useStore } from '../state';
import styles from './DropOverlay.module.css';

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** Accepts files dropped anywhere on the window, and files and pictures that are pasted. */
export function DropOverlay() {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const depth = useRef(0);

  useEffect(() => {
    const stop = new AbortController();
    const listen = (type: 'dragenter' | 'dragleave' | 'dragover' | 'drop', act: (event: DragEvent) => void) =>
      window.addEventListener(
        type,
        (event) => {
          if (!hasFiles(event)) return;
          event.preventDefault();
          act(event);
        },
        { signal: stop.signal, capture: true },
      );
    const leave = () => {
      depth.current = 0;
      setOver(false);
    };
    listen('dragenter', () => {
      depth.current += 1;
      setOver(true);
    });
    listen('dragleave', () => {
      depth.current -= 1;
      if (depth.current <= 0) leave();
    });
    listen('dragover', (event) => {
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    });
    listen('drop', (event) => {
      leave();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) void dropFiles(files);
    });
    window.addEventListener(
      'paste',
      (event) => {
        const files = [...(event.clipboardData?.files ?? [])];
        if (files.length === 0 || useStore.getState().dialog) return; // text goes where the caret is
        event.preventDefault();
        void pasteFiles(files);
      },
      { signal: stop.signal },
    );
    return () => stop.abort();
  }, []);

  if (!over) return null;
  return (
    <div className={styles.overlay} data-testid="drop-overlay" role="status">
      <div className={styles.frame}>
        <p className={styles.title}>{t('drop.title')}</p>
        <p className={styles.more}>{t('welcome.kinds')}</p>
        <p className={styles.more}>{t('drop.model')}</p>
      </div>
    </div>
  );
}
