export { VideoPane } from './VideoPane';
export { activePlayer } from './player';
