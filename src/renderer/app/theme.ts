// SPDX-License-Identifier: Apache-2.0
import { useEffect } from 'react';
import { useStore } from '../state';

const LIGHT = '(prefers-color-scheme: light)';

/** Sets the theme on the root element; follows the system if the user chose that. */
export function useTheme(): void {
  const theme = useStore((s) => s.settings.theme);
  useEffect(() => {
    const media = matchMedia(LIGHT);
    const apply = () => {
      document.documentElement.dataset.theme = theme === 'system' ? (media.matches ? 'light' : 'dark') : theme;
    };
    apply();
    media.addEventListener('change', apply);
    return () => media.removeEventListener('change', apply);
  }, [theme]);
}
