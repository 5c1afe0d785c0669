// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { FilePlus2, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button, cx } from '../../ui';
import styles from './MissingFiles.module.css';

interface AddFilesProps {
  source: string;
  /** Called after files were added: the scene must be read again. */
  onAdded: () => void;
}

/** A button to add files that a scene refers to and that were not opened with it. */
export function AddFiles({ source, onAdded }: AddFilesProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const add = async (): Promise<void> => {
    setAsking(true);
    const reply = await window.zoetrope['scene.addFiles']({ source });
    setAsking(false);
    if (reply.ok && reply.value) onAdded();
  };
  return (
    <Button size="small" tone="accent" data-testid="add-scene-files" isDisabled={asking} onPress={() => void add()}>
      <FilePlus2 aria-hidden />
      {t('scene.addFiles')}
    </Button>
  );
}

interface MissingFilesProps extends AddFilesProps {
  names: readonly string[];
  /** Whether it is placed above the bar for the selection. */
  raised: boolean;
}

/** A notice over a scene that is shown incompletely because files are missing. */
export function MissingFiles({ names, raised, ...rest }: MissingFilesProps) {
  const { t } = useTranslation();
  return (
    <div
      className={cx(styles.card, raised && styles.raised)}
      role="status"
      data-testid="missing-files"
      title={t('scene.missingTip')}
    >
      <TriangleAlert aria-hidden className={styles.sign} />
      <div className={styles.words}>
        <p>{t('scene.missing', { count: names.length })}</p>
        <ul className={styles.names}>
          {names.slice(0, 5).map((name) => (
            <li key={name}>{shortName(name)}</li>
          ))}
          {names.length > 5 && <li>…</li>}
        </ul>
      </div>
      <AddFiles {...rest} />
    </div>
  );
}

/** The end of a URI in readable form, by which files differ. */
function shortName(uri: string): string {
  let text = uri;
  try {
    text = decodeURIComponent(uri);
  } catch {
    // not percent-encoded
  }
  const plain = text.replace(/\p{C}/gu, '').replaceAll('\\', '/');
  return plain.length > 48 ? `…${plain.slice(-47)}` : plain;
}
