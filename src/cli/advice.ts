// SPDX-License-Identifier: Apache-2.0
import { inEnglish, type ErrorInfo } from '../contract';

/**
 * Advice for the command line, where the other rooms' advice refers to the window. The key is the sentence to replace.
 * A test checks that none is missing.
 */
export const ADVICE: Readonly<Record<string, string>> = {
  // Files
  'If it was moved, use "Locate..." to find it.': 'Check the name, or look where it was moved to.',
  'Open it again to use the new version.': 'Run the command again to use the new version.',
  'Open it from where it is now.': 'Check where it is now.',
  'Open the files in it.': 'Name the files in it.',
  'Rename it, then open it again.': 'Rename it, then run the command again.',
  'Choose a single video or picture file.': 'Name a single video or picture file.',
  'Choose a JPEG, PNG, WebP, GIF, TIFF, AVIF or BMP picture.':
    'Name a JPEG, PNG, WebP, GIF, TIFF, AVIF or BMP picture.',
  'Open a video, a JPEG, PNG, WebP or AVIF picture, or a scene such as GLB, OBJ or PLY.':
    'Name a video, a JPEG, PNG, WebP or AVIF picture, or a scene such as GLB, OBJ or PLY.',
  'Save it as PNG, then open that.': 'Save it as PNG, then name that.',
  'Choose a video file such as MP4, MOV, MKV, WebM or AVI.': 'Name a video file such as MP4, MOV, MKV, WebM or AVI.',
  'Choose a file with a video track.': 'Name a file with a video track.',
  'Convert it to 8K or less, then open that.': 'Convert it to 8K or less, then name that.',
  'Convert it to MP4 (H.264), then open that.': 'Convert it to MP4 (H.264), then name that.',
  'Convert it to MP4 (H.264), or copy it to a faster disk, then open it again.':
    'Convert it to MP4 (H.264), or copy it to a faster disk, then name that.',
  'Cut it into shorter files, then open those.': 'Cut it into shorter files, then name those.',
  'Save it as a video, MP4 for example, then open that.': 'Save it as a video, MP4 for example, then name that.',
  'Install it ({0}), then open the video again.': 'Install it ({0}), then run the command again.',
  'Sample the video instead.': 'Take frames by another --strategy.',
  'Sample the frame again.': 'Run the command again.',
  'Capture it again.': 'Run the command again.',
  'Remove it from the tray and sample or capture it again.': 'Run the command again.',
  'Remove the old picture from the tray, then choose the rectangle again.':
    'Look at the picture again, then name another rectangle.',
  'Only larger photographs need tiles.': 'Leave out --tiles, or name a larger photograph.',
  // Subtitles
  'Choose others.': 'Leave out --subtitles, or put others beside the video under its name.',
  'Choose others, or open the file again.': 'Leave out --subtitles, or put others beside the video under its name.',
  'Open an .srt or .vtt file of them instead.': 'Put an .srt or .vtt file of them beside the video, under its name.',
  'Choose a SubRip (.srt) or WebVTT (.vtt) file.':
    'Put a SubRip (.srt) or WebVTT (.vtt) file beside the video, under its name, or leave out --subtitles.',
  // Models and questions
  'Choose the folder of a model.': 'Name the folder of a model with --model.',
  'Choose the folder that holds config.json.': 'Name the folder that holds config.json with --model.',
  'Download the model again, or choose another one.': 'Download the model again, or name another one with --model.',
  'Delete the folder onnx and let Zoetrope prepare the model again.':
    'Delete the folder onnx and run "model compile" again.',
  'Let Zoetrope prepare the model again.': 'Run "model compile" again.',
  'The disk may be failing: choose a folder on another one.': 'The disk may be failing: name a folder on another one.',
  'Plug in its drive, or choose another models folder.':
    'Plug in its drive, or name another folder with "model folder".',
  'Free some space, or choose a models folder on another disk.':
    'Free some space, or keep the models on another disk with "model folder".',
  'Free some space, or choose a folder on another disk.': 'Free some space, or name a folder on another disk.',
  'Choose a folder on a disk of this computer.': 'Name a folder on a disk of this computer.',
  'Choose a folder beside it.': 'Name a folder beside it.',
  'Choose a folder of your own.': 'Name a folder of your own.',
  'Choose another model.': 'Name another model with --model.',
  'Choose one in Settings.': 'Name one with --model.',
  'Use fewer or smaller pictures, close other programs, or choose a smaller model.':
    'Use fewer or smaller pictures, close other programs, or name a smaller model with --model.',
  'Try again; if it fails again, choose another model.':
    'Try again; if it fails again, name another model with --model, or --device cpu.',
  'Remove the pictures and add them again.': 'Run the command again.',
  'Close other programs, or choose a smaller model. If you load it anyway, the whole computer may become slow, or loading may fail.':
    'Close other programs, or name a smaller model with --model. With --anyway it is loaded all the same, and may slow the whole computer down or fail.',
  'Close other programs. If you ask anyway, the whole computer may become slow, or the answer may fail; none of your data would be lost.':
    'Close other programs. With --anyway it is asked all the same, and may slow the whole computer down or fail.',
  'Shorten the question, or start a new conversation.': 'Shorten the question.',
  'Add pictures, or remove placeholders from the question.':
    'Name more pictures, or take <image> out of the question; \\<image> writes the word itself.',
  'Write a question.': 'Write a question, in quotes.',
  'None of your data was lost. Try again; if it happens again, the log has the details.':
    'Try again; with ZOETROPE_LOG=1 the details are printed.',
  // Servers
  'Send at most {0} pictures instead of {1}.':
    'Send at most {0} pictures instead of {1}: --frames and --views say how many.',
  'Send one picture instead of {0}.': 'Send one picture instead of {0}: --frames and --views say how many.',
  'Send fewer pictures.': 'Send fewer pictures: --frames and --views say how many.',
  'Send fewer pictures, or shorten the question.':
    'Shorten the question, or send fewer pictures: --frames and --views say how many.',
  'Send fewer or smaller pictures.':
    'Send fewer pictures (--frames and --views say how many), or send them as JPEG with --jpeg.',
  'Send fewer or smaller pictures, or send them as JPEG.':
    'Send fewer pictures (--frames and --views say how many), or send them as JPEG with --jpeg.',
  'Ask a model that sees pictures, or leave the pictures out.':
    'Name a model that sees pictures with --model-name, or leave the pictures out.',
  'Ask another of its models.': 'Name another of its models with --model-name; "servers test" lists them.',
  'Give the key that belongs to the server.': 'Name the environment variable that holds its key with --key-env.',
  'Check the key.': 'Check the key in its environment variable.',
  'Leave them out, and give the key by itself.':
    'Leave them out, and name the environment variable that holds the key with --key-env.',
  // Scenes
  'Turn the camera towards it, or press F to see it whole.': 'Take the views by another --strategy.',
  'Choose a smaller picture.': 'Name a smaller --size.',
  'Open the folder that holds both the poses and the photographs.':
    'Name the folder that holds both the poses and the photographs.',
  'Open the folder with the whole COLMAP model.': 'Name the folder with the whole COLMAP model.',
  'Open the folder that holds color, pose and intrinsic.': 'Name the folder that holds color, pose and intrinsic.',
  'Name a file of camera poses, or choose another way to take views.':
    'Name a file of camera poses with --poses, or another --strategy.',
  'Open a 3D scene first.': 'Name a 3D scene.',
  'Simplify it (fewer triangles, smaller textures) or open a part of it.':
    'Simplify it (fewer triangles, smaller textures) or name a part of it.',
  'Simplify it (fewer triangles or points) or open a part of it.':
    'Simplify it (fewer triangles or points) or name a part of it.',
  'Join those of one material in the program it was made with, or open a part of it.':
    'Join those of one material in the program it was made with, or name a part of it.',
  'Locate it in the library, or put it back and open it again.': 'Put it back and run the command again.',
  'Zip it again, or unpack it and open the folder.': 'Zip it again, or unpack it and name the folder.',
  'Zip only the scene and its textures, or open a part of it.':
    'Zip only the scene and its textures, or name a part of it.',
  'Add them, or open the folder they lie in.': 'Put them beside it.',
  'Open it again whenever you like.': 'Run the command again whenever you like.',
  // The library
  'Choose another one.': 'Name another one.',
  'Open another one.': 'Name another one.',
  'The old files are kept as {0}. Check the disk; backups are in Settings.':
    'The old files are kept as {0}. Check the disk; "library restore" lists backups.',
  'There are backups of it in Settings.': '"library restore" lists backups of it.',
};

/** What to do, in the words of the command line. */
export function adviceOf({ advice, said }: Pick<ErrorInfo, 'advice' | 'said'>): string {
  const template = said && ADVICE[said.advice.template];
  return template === undefined ? advice : inEnglish({ template, values: said!.advice.values });
}
