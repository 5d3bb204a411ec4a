// URLs of pictures: of a key (the alias, which is always the current picture) and of a manifest (assets, which never change).

import type { Asset, Manifest, Variant } from './types.js';

export interface UrlOptions {
  /** CSS pixels; times `density`, the smallest variant that is as wide. */
  width?: number;
  /** Default 1. */
  density?: number;
  /** "512": the variant of that name, whatever its width. */
  variant?: string;
  /** Without: of a key the one that the browser asks for, of a manifest the first. */
  format?: 'jpeg' | 'webp' | 'avif' | 'png';
}

/** A source of a <picture>. */
export interface PictureSource {
  type: string;
  srcset: string;
}

const kExtension = { jpeg: 'jpg', webp: 'webp', avif: 'avif', png: 'png' };
/** The smaller the format, the sooner it is offered. */
const kOrder = ['image/avif', 'image/webp', 'image/jpeg', 'image/png'];

/** One segment of a path, as the edge spells it. */
function segment(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** "avatars/<owner>", and the key of a slot, "avatars/<owner>/<upload>.jpg", both mean the owner's picture. */
export function aliasUrl(edgeUrl: string, key: string, variant: string, format?: UrlOptions['format']): string {
  const [collection, owner] = key.split('/');
  if (!collection || !owner) throw new TypeError(`"${key}" is no key: collection/owner`);
  const extension = format ? `.${kExtension[format]}` : '';
  return `${edgeUrl}/${segment(collection)}/${segment(owner)}/${segment(variant)}${extension}`;
}

const widthOf = (variant: Variant): number => Math.max(0, ...variant.assets.map((asset) => asset.width));

/** The URL to show of a manifest; undefined if it has none. */
export function manifestUrl(manifest: Manifest, options: UrlOptions = {}): string | undefined {
  const named = options.variant;
  const wanted = (options.width ?? Infinity) * (options.density ?? 1);
  const byWidth = [...manifest.variants].sort((a, b) => widthOf(a) - widthOf(b));
  const variant = named
    ? manifest.variants.find(({ name }) => name === named)
    : (byWidth.find((one) => widthOf(one) >= wanted) ?? byWidth.at(-1));
  if (!variant) return undefined;
  if (variant.assets.length === 0) return variant.alias;
  const type = options.format && `image/${options.format}`;
  return (variant.assets.find((asset) => asset.type === type) ?? variant.assets[0])?.url;
}

/** What a <picture> offers, the smallest format first. Empty without a picture. */
export function sources(manifest: Manifest): PictureSource[] {
  const byType = new Map<string, Asset[]>();
  for (const { assets } of manifest.variants)
    for (const asset of assets) byType.set(asset.type, [...(byType.get(asset.type) ?? []), asset]);
  const rank = (type: string) => (kOrder.indexOf(type) + kOrder.length + 1) % (kOrder.length + 1);
  return [...byType]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([type, assets]) => ({
      type,
      srcset: assets
        .sort((a, b) => a.width - b.width)
        .map(({ url, width }) => `${url} ${width}w`)
        .join(', '),
    }));
}

/** `srcset` of one format: the one named, or the first that every browser shows. */
export function srcset(manifest: Manifest, type = 'image/jpeg'): string {
  const all = sources(manifest);
  return (all.find((one) => one.type === type) ?? all.at(-1))?.srcset ?? '';
}
