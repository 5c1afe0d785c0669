export { VideoPane } from './VideoPane';
export { activePlayer, seekTo, type Player } from './player';
