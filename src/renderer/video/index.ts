export { VideoPane } from './VideoPane';
export { activePlayer, seekTo } from './player';
