// SPDX-License-Identifier: Apache-2.0
import type { Serving } from '../../contract';
import { bridge, unwrap } from './bridge';
import { set } from './store';

/** Zoetrope as a server for other programs. */

const receive = (serving: Serving | undefined): void => {
  if (serving) set({ serving });
};

export const readServing = async (): Promise<void> => receive(await unwrap(() => bridge()['serving.read'](undefined)));

export const changeServing = async (change: { on?: boolean; port?: number }): Promise<void> =>
  receive(await unwrap(() => bridge()['serving.set'](change)));

/** Asks the user for a folder that other programs may ask about. */
export const allowFolder = async (): Promise<void> =>
  receive(await unwrap(() => bridge()['serving.addFolder'](undefined)));

/** @param index position in the list of folders. */
export const forbidFolder = async (index: number): Promise<void> =>
  receive(await unwrap(() => bridge()['serving.removeFolder']({ index })));

export const renewToken = async (): Promise<void> =>
  receive(await unwrap(() => bridge()['serving.newToken'](undefined)));
