// A loader for next/image: https://nextjs.org/docs/app/api-reference/components/image#loader

import { aliasUrl } from './url.js';

export interface LoaderOptions {
  edgeUrl: string;
  /** The variants of the collection and their widths: {"48": 48, "512": 512}. */
  variants: Record<string, number>;
}

/** A loader whose `src` is a key, "avatars/<owner>": the smallest variant that is wide enough. The variant has its own quality. */
export function createLoader({ edgeUrl, variants }: LoaderOptions) {
  const byWidth = Object.entries(variants).sort(([, a], [, b]) => a - b);
  const largest = byWidth.at(-1);
  if (!largest) throw new TypeError('createLoader: no variants');
  return ({ src, width }: { src: string; width: number; quality?: number }): string => {
    const [name] = byWidth.find(([, wide]) => wide >= width) ?? largest;
    return aliasUrl(edgeUrl.replace(/\/$/, ''), src, name);
  };
}
