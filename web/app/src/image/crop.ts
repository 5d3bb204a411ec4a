// From a photograph and what was framed of it to the pixels that are uploaded.

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Clockwise. */
export type Degrees = number;

/** Larger than any variant on any screen; smaller than what a phone sends. */
const kSideMax = { avatar: 1600, banner: 3000 } as const;
const kQuality = 0.92;

/** The box around a picture that is turned. */
export function turnedSize(width: number, height: number, degrees: Degrees) {
  const angle = (degrees * Math.PI) / 180;
  const [sin, cos] = [Math.abs(Math.sin(angle)), Math.abs(Math.cos(angle))];
  return { width: cos * width + sin * height, height: sin * width + cos * height };
}

/**
 * `rect` is in pixels of the turned picture. Drawn once, at the size that is sent. An <img> is upright
 * already: it applies EXIF orientation. Rejects if the picture cannot be decoded.
 */
export async function cropped(
  picture: HTMLImageElement,
  rect: Rect,
  degrees: Degrees,
  kind: keyof typeof kSideMax,
): Promise<Blob> {
  const { naturalWidth: width, naturalHeight: height } = picture;
  const scale = Math.min(1, kSideMax[kind] / Math.max(rect.width, rect.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(rect.width * scale));
  canvas.height = Math.max(1, Math.round(rect.height * scale));
  const context = canvas.getContext('2d');
  if (!context) throw new TypeError('no canvas');
  const box = turnedSize(width, height, degrees);
  // JPEG has no transparency: what shines through is paper.
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.scale(canvas.width / rect.width, canvas.height / rect.height);
  context.translate(box.width / 2 - rect.x, box.height / 2 - rect.y);
  context.rotate((degrees * Math.PI) / 180);
  await picture.decode();
  context.drawImage(picture, -width / 2, -height / 2);
  return new Promise((resolve, reject) => {
    const take = (blob: Blob | null) => (blob ? resolve(blob) : reject(new TypeError('no picture')));
    canvas.toBlob(take, 'image/jpeg', kQuality);
  });
}
