// SPDX-License-Identifier: Apache-2.0
export { VideoPane } from './VideoPane';
export { activePlayer, seekTo, type Player } from './player';
