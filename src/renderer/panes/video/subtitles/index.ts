export { SubtitleLine } from './SubtitleLine';
export { SubtitleMenu } from './SubtitleMenu';
export { useSubtitles } from './use-subtitles';
