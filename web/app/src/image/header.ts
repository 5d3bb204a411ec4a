// What a file is, from its first bytes: asked before a browser decodes what would not fit its memory.

export type Kind = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heic';

export interface Header {
  kind: Kind;
  /** As stored, before any EXIF orientation; absent where it is not near the beginning. */
  width?: number;
  height?: number;
}

/** EXIF, colour profiles and comments come before a JPEG's size. */
const kBytesRead = 1 << 20;

export const mediaTypeOf = (kind: Kind): string => `image/${kind}`;

const ascii = (view: DataView, at: number, length: number): string =>
  String.fromCharCode(...Array.from({ length }, (_, i) => view.getUint8(at + i)));

/** Start-of-frame markers: C0 to CF but C4 (tables), C8 (reserved) and CC (arithmetic conditioning). */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function jpegSize(view: DataView): Partial<Header> {
  for (let at = 2; at + 9 <= view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return {};
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1; // A fill byte.
      continue;
    }
    if (isFrame(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return {};
}

function webpSize(view: DataView): Partial<Header> {
  if (view.byteLength < 30) return {};
  const u24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (ascii(view, 12, 4)) {
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: u24(24) + 1, height: u24(27) + 1 };
  }
  return {};
}

/** The size of the largest image in an AVIF or HEIC: its `ispe` boxes (ISO/IEC 23008-12, 6.5.3). */
function heifSize(view: DataView): Partial<Header> {
  let best: Partial<Header> = {};
  const end = Math.min(view.byteLength - 16, 64 * 1024);
  for (let at = 4; at < end; ++at) {
    if (view.getUint32(at) !== 0x69737065) continue;
    const size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (size.width * size.height > (best.width ?? 0) * (best.height ?? 0)) best = size;
  }
  return best;
}

function parse(view: DataView): Header | undefined {
  if (view.byteLength < 16) return undefined;
  if (view.getUint16(0) === 0xffd8) return { kind: 'jpeg', ...jpegSize(view) };
  if (view.getUint32(0) === 0x89504e47 && view.byteLength >= 24)
    return { kind: 'png', width: view.getUint32(16), height: view.getUint32(20) };
  if (ascii(view, 0, 4) === 'GIF8')
    return { kind: 'gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (ascii(view, 0, 4) === 'RIFF' && ascii(view, 8, 4) === 'WEBP')
    return { kind: 'webp', ...webpSize(view) };
  if (ascii(view, 4, 4) !== 'ftyp') return undefined;
  const brand = ascii(view, 8, 4);
  if (['avif', 'avis'].includes(brand)) return { kind: 'avif', ...heifSize(view) };
  if (['heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1'].includes(brand))
    return { kind: 'heic', ...heifSize(view) };
  return undefined;
}

/** Undefined: none of the kinds that we know, whatever it is called. */
export async function readHeader(file: Blob): Promise<Header | undefined> {
  return parse(new DataView(await file.slice(0, kBytesRead).arrayBuffer()));
}
