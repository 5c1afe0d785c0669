// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from 'react';
import { pictureUrl, type PictureRef } from '../../contract';

interface ModelEyeProps {
  picture: PictureRef;
  /** Edge of the square picture that the model gets, pixels. */
  size: number;
  alt: string;
  className?: string | undefined;
}

/** The picture at the model's own resolution: resized to its square, with every pixel visible. */
export function ModelEye({ picture, size, alt, className }: ModelEyeProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const image = new Image();
    let dropped = false;
    image.onload = () => {
      const context = canvas.current?.getContext('2d');
      if (dropped || !context) return;
      context.imageSmoothingQuality = 'high';
      context.drawImage(image, 0, 0, size, size);
    };
    image.src = pictureUrl(picture);
    return () => {
      dropped = true;
    };
  }, [picture, size]);
  return <canvas ref={canvas} width={size} height={size} role="img" aria-label={alt} className={className} />;
}
