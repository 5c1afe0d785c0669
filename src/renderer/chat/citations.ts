/** A part of an answer that leads somewhere: to a picture, a time, whatever the answer was asked from. */
export interface Citation {
  start: number;
  end: number;
  /** Where it leads, in words. */
  label: string;
  follow: () => void;
  /** The pointer came onto it, or left it. */
  point?: ((on: boolean) => void) | undefined;
}

/** Finds what in a run of plain text leads somewhere. In order, without overlaps. */
export type FindCitations = (text: string) => Citation[];

const PICTURE = /\b(?:views?|pictures?|images?|photos?|photographs?)\s+#?(\d{1,3})\b|(?:视图|图片|图|照片)\s?(\d{1,3})|第\s?(\d{1,3})\s?(?:个视图|张图片|张图|张照片|张)/gi;

/** "view 3", "picture 3", "image 3": the numbers under which `count` pictures were sent. */
export function picturesNamed(text: string, count: number): { start: number; end: number; number: number }[] {
  return [...text.matchAll(PICTURE)].flatMap((match) => {
    const number = Number(match[1] ?? match[2] ?? match[3]);
    return number >= 1 && number <= count ? [{ start: match.index, end: match.index + match[0].length, number }] : [];
  });
}
