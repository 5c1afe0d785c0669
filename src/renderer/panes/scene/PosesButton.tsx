// SPDX-License-Identifier: Apache-2.0
import { FileInput } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { FileTrigger } from 'react-aria-components';
import { readColmapFiles, readNerfstudioFile, type PosedPicture } from '../../../camera';
import { baseName, say, toErrorInfo, ZoetropeError, type ErrorInfo } from '../../../contract';
import { Button } from '../../ui';

interface PosesButtonProps {
  className?: string | undefined;
  onRead: (cameras: PosedPicture[]) => void;
  onError: (error: ErrorInfo) => void;
}

/** Reads cameras from files: transforms.json (nerfstudio, Blender), or COLMAP's cameras and images. */
export function PosesButton({ className, onRead, onError }: PosesButtonProps) {
  const { t } = useTranslation();
  return (
    <FileTrigger
      allowsMultiple
      acceptedFileTypes={['.json', '.txt', '.bin']}
      onSelect={(files) => {
        if (files) read([...files]).then(onRead, (thrown: unknown) => onError(toErrorInfo(thrown)));
      }}
    >
      <Button size="small" tone="ghost" className={className} data-testid="poses-open">
        <FileInput aria-hidden />
        {t('scene.posesOpen')}
      </Button>
    </FileTrigger>
  );
}

/** Reads the poses in the files. @throws poses-unreadable */
async function read(files: readonly File[]): Promise<PosedPicture[]> {
  const [first] = files;
  if (files.length === 1 && first && /\.json$/i.test(first.name))
    return readNerfstudioFile(await first.text(), first.name);
  const part = async (name: string): Promise<string | Uint8Array> => {
    const file = files.find((one) => one.name.toLowerCase().startsWith(`${name}.`));
    if (!file)
      throw new ZoetropeError(
        'poses-unreadable',
        say`There is no ${name} file among these.`,
        say`Choose a transforms.json, or COLMAP's cameras and images files together.`,
      );
    return /\.bin$/i.test(file.name) ? new Uint8Array(await file.arrayBuffer()) : file.text();
  };
  return readColmapFiles({ cameras: await part('cameras'), images: await part('images') });
}

/** The name of a camera: that of its picture, without folder and extension. */
export const cameraName = ({ file }: PosedPicture): string =>
  baseName(file)
    .replace(/\.\w+$/, '')
    .slice(0, 80) || 'camera';
