import type { ColourMatrix, VideoNote } from '../contract';
import type { Fields } from './fields';
import type { FileStamp } from './file';
import type { FrameTable } from './packets';
import type { StreamInfo } from './streaminfo';

/** All that is known about a video, from one reading of its packets. Plain data: may cross a process. */
export interface VideoIndex extends FileStamp {
  path: string;
  /** What ffmpeg reads: the file itself, or the lossless copy of one that it does not know. */
  file: string;
  container: string;
  codec: string;
  /** How pixels are stored: `yuv420p`, ...; empty if unknown. */
  pixels: string;
  /** As shown, rotation applied, not stretched by `sar`; every frame read has this size unless the stream changes it. */
  width: number;
  height: number;
  /** Degrees clockwise already applied. */
  rotation: number;
  /** Width of a pixel over its height. */
  sar: number;
  hdr?: 'PQ' | 'HLG';
  /** The way from YUV to RGB that is assumed; absent where the file or its codec names one, or its pictures are RGB or grey. */
  assumedMatrix?: ColourMatrix;
  /** The matrix that has to be named to a player, which would go by another one. */
  unheededMatrix?: ColourMatrix;
  hasAudio: boolean;
  /** Codec of the first sound; empty if there is none. */
  sound: string;
  subtitles: StreamInfo['subtitles'];
  frameCount: number;
  /** Seconds from the start to the end of the last frame; 0 for a single frame of unknown length. */
  duration: number;
  /** Frames a second over the whole length; 0 for a single frame. */
  averageFps: number;
  /** Seconds on the file's own clock that `time` 0 stands for: when the first frame is shown. */
  startTime: number;
  /** Seconds for which the file runs, with sound alone, before its first frame. */
  lead: number;
  /** It is coded field by field: frames are put together from two pictures of half their height. */
  fields?: Fields;
  frames: FrameTable;
  /** `seek`: any frame from its keyframe. `pass`: only by decoding from the start. */
  access: 'seek' | 'pass';
  notes: VideoNote[];
}
