// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'react';
import type { ErrorInfo, StreamHandle } from '../../../../contract';
import { attempt } from '../../../state';

export type Job =
  { is: 'idle' } | { is: 'running' } | { is: 'done' } | { is: 'cancelled' } | { is: 'failed'; error: ErrorInfo };

/** A call that can be cancelled, and what came of it. It is cancelled when the component goes away. */
export function useJob() {
  const [job, setJob] = useState<Job>({ is: 'idle' });
  const running = useRef<{ cancel: () => void } | null>(null);
  useEffect(() => () => running.current?.cancel(), []);

  /** Returns the value of the call; undefined if it failed, was cancelled, or another one is running. */
  async function run<T>(start: () => StreamHandle<T>): Promise<T | undefined> {
    if (running.current) return undefined;
    const handle = start();
    running.current = handle;
    setJob({ is: 'running' });
    const reply = await attempt(() => handle.result);
    running.current = null;
    if (reply.ok) setJob({ is: 'done' });
    else setJob(reply.error.code === 'cancelled' ? { is: 'cancelled' } : { is: 'failed', error: reply.error });
    return reply.ok ? reply.value : undefined;
  }

  return {
    job,
    isRunning: job.is === 'running',
    run,
    cancel: () => running.current?.cancel(),
    clear: () => setJob({ is: 'idle' }),
  };
}
