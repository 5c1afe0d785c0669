// SPDX-License-Identifier: Apache-2.0
import styles from './Reasoning.module.css';

/** What a model thought before it answered, folded. */
export function Reasoning({ text, title }: { text: string; title: string }) {
  return (
    <details className={styles.reasoning} data-testid="reasoning">
      <summary>{title}</summary>
      <p>{text}</p>
    </details>
  );
}
