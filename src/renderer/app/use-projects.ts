// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useState } from 'react';
import type { ProjectSummary } from '../../contract';
import { listProjects, useStore } from '../state';

/** The list of projects, read again when another one is opened. Null before it was read. */
export function useProjects(): {
  projects: readonly ProjectSummary[] | null;
  /** Takes over a changed list, or reads it again. */
  onList: (list: readonly ProjectSummary[] | undefined) => void;
} {
  const open = useStore((s) => s.project.id);
  const [projects, setProjects] = useState<readonly ProjectSummary[] | null>(null);
  const onList = useCallback((list: readonly ProjectSummary[] | undefined) => {
    if (list) setProjects(list);
    else void listProjects().then(setProjects);
  }, []);
  useEffect(() => void listProjects().then(setProjects), [open]);
  return { projects, onList };
}
