// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import { Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { MemoryUse } from '../../../contract';
import { changeSettings, forgetFeatures, memoryUse, useStore } from '../../state';
import { Button, Choice, formatBytes } from '../../ui';
import { Fact, Row } from './Row';
import styles from './ModelSection.module.css';

const LOOK_EVERY_MS = 2000;
const MB = 1e6;
const SIZES = [256, 512, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000].map((size) => size * MB);

/** The limits of memory and threads for the engine, and the current use. */
export function MemorySection() {
  const { t } = useTranslation();
  const { memory, threads } = useStore((s) => s.settings);
  const [use, setUse] = useState<MemoryUse | null>(null);

  useEffect(() => {
    let here = true;
    const look = async () => {
      const found = await memoryUse();
      if (here && found) setUse(found);
    };
    void look();
    const timer = setInterval(() => void look(), LOOK_EVERY_MS);
    return () => {
      here = false;
      clearInterval(timer);
    };
  }, []);

  const options = (values: number[], words: (value: number) => string) => [
    { value: 'auto', label: t('memory.auto') },
    ...values.map((value) => ({ value: String(value), label: words(value) })),
  ];
  const sizes = (chosen: number | null) => {
    const offered = SIZES.filter((size) => size < (use?.total ?? Infinity));
    return options(
      [...new Set([...offered, ...(chosen === null ? [] : [chosen])])].sort((a, b) => a - b),
      formatBytes,
    );
  };
  const number = (value: string) => (value === 'auto' ? null : Number(value));
  const cores = Array.from({ length: Math.max(navigator.hardwareConcurrency, threads ?? 1) }, (_, i) => i + 1);

  return (
    <div className={styles.section}>
      <p className={styles.lead}>{t('memory.lead')}</p>
      <div>
        <Row name={t('memory.all')} hint={t('memory.allHint')}>
          <Choice
            label={t('memory.all')}
            value={String(memory.all ?? 'auto')}
            options={sizes(memory.all)}
            onChange={(value) => void changeSettings({ memory: { ...memory, all: number(value) } })}
          />
        </Row>
        <Row name={t('memory.caches')} hint={t('memory.cachesHint')}>
          <Choice
            label={t('memory.caches')}
            value={String(memory.caches ?? 'auto')}
            options={sizes(memory.caches)}
            onChange={(value) => void changeSettings({ memory: { ...memory, caches: number(value) } })}
          />
        </Row>
        <Row name={t('memory.threads')} hint={t('memory.threadsHint')}>
          <Choice
            label={t('memory.threads')}
            value={String(threads ?? 'auto')}
            options={options(cores, String)}
            onChange={(value) => void changeSettings({ threads: number(value) })}
          />
        </Row>
      </div>
      {use && (
        <>
          <dl className={styles.facts} data-testid="memory-use">
            <Fact name={t('memory.engine')}>{formatBytes(use.engine)}</Fact>
            <Fact name={t('memory.model')}>{t('memory.about', { size: formatBytes(use.model) })}</Fact>
            <Fact name={t('memory.kept')}>{formatBytes(use.caches)}</Fact>
            <Fact name={t('memory.features')}>
              {t('memory.featuresWords', { memory: formatBytes(use.features), disk: formatBytes(use.disk) })}
            </Fact>
            <Fact name={t('memory.free')}>
              {t('memory.freeOf', { free: formatBytes(use.free), total: formatBytes(use.total) })}
            </Fact>
          </dl>
          <div className={styles.actions}>
            <Button
              isDisabled={use.disk + use.features === 0}
              onPress={() => void forgetFeatures().then((left) => left && setUse(left))}
              data-testid="forget-features"
            >
              <Trash2 aria-hidden />
              {t('memory.forget')}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
