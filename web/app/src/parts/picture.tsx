// Avatars and banners: the one way in which pictures are shown.

import { manifestUrl, type Manifest, sources } from '@tintype/client';
import { useState } from 'react';
import type { PictureKind } from '../api.ts';
import { useMessages } from '../i18n/index.ts';
import { usePicture } from '../pictures.ts';

interface Props {
  handle: string;
  /** Of the person, for who cannot see; empty where the name is beside it. */
  name: string;
  kind: PictureKind;
  /** As in `sizes` of an <img>. */
  sizes: string;
  className: string;
  /** What is seen without scrolling. */
  eager?: boolean | undefined;
}

/** The smallest asset: a kilobyte, and mostly cached. It is seen, blurred, until the picture is there. */
function tiny(manifest: Manifest): string | undefined {
  const assets = manifest.variants.flatMap((variant) => variant.assets);
  const small = assets.sort((a, b) => a.width - b.width || a.size - b.size)[0];
  return small && small.size < 4096 ? small.url : undefined;
}

/** The alias shows a drawing; each look at it has a URL of its own, for a document asks for one only once. */
function defaultUrl(manifest: Manifest, look: number): string | undefined {
  const url = manifestUrl(manifest, { width: 128 });
  return url && look > 0 ? `${url}?look=${look}` : url;
}

function Loaded({ manifest, look, sizes, alt, eager }: { manifest: Manifest; look: number; sizes: string; alt: string; eager: boolean }) {
  const [isThere, setThere] = useState(false);
  const all = manifest.is_default ? [] : sources(manifest);
  const url = manifest.is_default ? defaultUrl(manifest, look) : manifestUrl(manifest, { format: 'jpeg' });
  if (!url) return null;
  const placeholder = manifest.is_default || isThere ? undefined : tiny(manifest);
  return (
    <>
      {placeholder && <img className="picture-tiny" src={placeholder} alt="" aria-hidden="true" />}
      <picture>
        {all.map(({ type, srcset }) => (
          <source key={type} type={type} srcSet={srcset} sizes={sizes} />
        ))}
        <img
          className="picture-full"
          src={url}
          alt={alt}
          loading={eager ? 'eager' : 'lazy'}
          fetchPriority={eager ? 'high' : 'auto'}
          decoding="async"
          draggable={false}
          onLoad={() => setThere(true)}
        />
      </picture>
    </>
  );
}

export function Picture({ handle, name, kind, sizes, className, eager = false }: Props) {
  const t = useMessages();
  const { manifest, preview, look } = usePicture(handle, kind);
  const alt = name === '' ? '' : kind === 'avatar' ? t.avatar_of(name) : t.banner_of(name);
  const isDrawn = kind === 'banner' && manifest?.is_default;
  return (
    <span className={`picture ${className}`} data-kind={kind} data-preview={preview ? '' : undefined}>
      {preview ? (
        <img className="picture-full" src={preview} alt={alt} draggable={false} />
      ) : (
        manifest && !isDrawn && (
          <Loaded key={manifestUrl(manifest)} manifest={manifest} look={look} sizes={sizes} alt={alt} eager={eager} />
        )
      )}
    </span>
  );
}

const kAvatarPixels = { small: 48, medium: 96, large: 168 } as const;

export function Avatar({ handle, name, size, eager }: { handle: string; name: string; size: keyof typeof kAvatarPixels; eager?: boolean }) {
  return (
    <Picture
      handle={handle}
      name={name}
      kind="avatar"
      sizes={`${kAvatarPixels[size]}px`}
      className={`avatar avatar-${size}`}
      eager={eager}
    />
  );
}

export function Banner({ handle, eager }: { handle: string; eager?: boolean }) {
  return (
    <Picture handle={handle} name="" kind="banner" sizes="(min-width: 66rem) 62rem, 100vw" className="banner" eager={eager} />
  );
}
