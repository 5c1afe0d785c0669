// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';

/** A small display preference, kept in local storage. */
export function useKept<T extends string>(key: string, among: readonly T[], first: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(
    () => among.find((one) => one === localStorage.getItem(`zoetrope.${key}`)) ?? first,
  );
  return [
    value,
    (next) => {
      localStorage.setItem(`zoetrope.${key}`, next);
      setValue(next);
    },
  ];
}
