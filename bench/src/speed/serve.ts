// SPDX-License-Identifier: Apache-2.0
import { pathToFileURL } from 'node:url';
import { openOurs, type OursSettings } from './ours';
import { OURS, type Open, type Operations, type SubjectReply, type SubjectRequest, type Timed } from './subject';

/**
 * The program of a subject's process: opens the subject and answers one request at a time. Times are taken here, so
 * that they do not include messages between processes.
 */
export function serveSubject(): void {
  let operations: Operations | undefined;
  const answer = async (request: SubjectRequest): Promise<Timed> => {
    if ('open' in request) {
      const { adapter, settings } = request.open;
      return timed(async () => {
        if (adapter === OURS) operations = await openOurs(settings as OursSettings);
        else {
          const { open } = (await import(pathToFileURL(adapter).href)) as { open: Open };
          operations = await open(settings as never);
        }
      });
    }
    const operation = operations?.[request.operation];
    if (!operation) throw new Error(`${request.operation} is not known here`);
    return timed(() => operation(...(request.args as never[])));
  };

  let turn: Promise<void> = Promise.resolve();
  process.on('message', (request: SubjectRequest) => {
    turn = turn.then(async () => {
      const { id } = request;
      const reply: SubjectReply = await answer(request).then(
        (result) => ({ id, ok: true, timed: result }),
        (error: unknown) => ({
          id,
          ok: false,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
      );
      process.send!(reply);
    });
  });
  process.on('disconnect', () => process.exit(0));
}

async function timed<T>(job: () => Promise<T>): Promise<Timed<T>> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const value = await job();
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  return { value, ms, cpuMs: (user + system) / 1e3, peakBytes: process.resourceUsage().maxRSS * 1024 };
}
