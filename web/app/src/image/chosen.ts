// A file that somebody chose, looked at before anything is sent.

import { mediaTypeOf, readHeader } from './header.ts';

export type ChosenFault = 'empty' | 'wrong_type' | 'too_many_pixels' | 'unreadable';

export type Chosen =
  /** Shown to be framed. `url` is an object URL; revoke it. */
  | { how: 'frame'; url: string; picture: HTMLImageElement }
  /** Of a kind that this browser cannot show and the server can. */
  | { how: 'as_it_is'; file: File }
  | { how: 'not'; fault: ChosenFault; megapixels?: number };

/** The server's own limit is `pixels_max` of the collection; this one keeps the page alive. */
export const kPixelsMax = 100_000_000;

const isHeif = (kind: string): boolean => kind === 'heic' || kind === 'avif';

/**
 * Not decode(): that makes all pixels, and takes ten times as long as what the frame shows. They are made
 * when it has been chosen.
 */
function loaded(url: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const picture = new Image();
    picture.onload = () => resolve(picture);
    picture.onerror = reject;
    picture.src = url;
  });
}

export async function look(file: File): Promise<Chosen> {
  if (file.size === 0) return { how: 'not', fault: 'empty' };
  const header = await readHeader(file);
  if (!header) return { how: 'not', fault: 'wrong_type' };
  const pixels = (header.width ?? 0) * (header.height ?? 0);
  if (pixels > kPixelsMax)
    return { how: 'not', fault: 'too_many_pixels', megapixels: Math.round(pixels / 1e6) };

  const url = URL.createObjectURL(file);
  try {
    const picture = await loaded(url);
    return { how: 'frame', url, picture };
  } catch {
    URL.revokeObjectURL(url);
    if (!isHeif(header.kind)) return { how: 'not', fault: 'unreadable' };
    // Named by its content: systems differ in what they call these.
    const type = mediaTypeOf(header.kind);
    return { how: 'as_it_is', file: new File([file], file.name, { type }) };
  }
}
