import type { Happened } from '../../contract';
import { attempt, bridge, take } from './bridge';
import { notify } from './toasts';

/** How the app is to start, where the last starts did not end well; the page is then loaded anew. */
export const chooseStart = (plain: boolean): void => void take(() => bridge()['start.choose']({ plain }));

export const readHappened = (): Promise<Happened | undefined> => take(() => bridge()['happened.read'](undefined));

/** @returns whether it is on the clipboard. */
export async function copyDiagnostics(): Promise<boolean> {
  const reply = await attempt(() => bridge()['happened.copy'](undefined));
  if (!reply.ok) notify(reply.error);
  return reply.ok;
}

export const showLog = (): Promise<void> => take(() => bridge()['happened.show'](undefined));
