// The face of the package.

import { type Ask, Http } from './http.js';
import { defaultRetry, type RetryPolicy } from './retry.js';
import { type Send, sendByFetch, sendByXhr } from './transfer.js';
import type { Manifest } from './types.js';
import { Upload, type UploadOptions, type UploadResult } from './upload.js';
import { aliasUrl, manifestUrl, srcset, type UrlOptions } from './url.js';

export interface ClientOptions {
  /** The gateway, "https://app.example.com". Default: the page's own origin. */
  baseUrl?: string;
  /** Where pictures are served; needed for url() of keys. */
  edgeUrl?: string;
  /** The access token of this moment, or null. */
  getToken: () => string | null | Promise<string | null>;
  /** A fresh token, or null if nobody is signed in any more. Called once at a time. */
  refreshToken?: () => string | null | Promise<string | null>;
  /** Default: the global one. */
  fetch?: typeof globalThis.fetch;
  retry?: Partial<RetryPolicy>;
}

export interface Client {
  /** The whole way of a file. Rejects with a TintypeError. */
  upload(file: Blob, options: UploadOptions): Promise<UploadResult>;
  /** Takes the signed-in person's picture away. */
  remove(collection: string): Promise<void>;
  /** A document of the gateway, with the token, refreshed once where it had expired. */
  json<T>(path: string, ask?: Ask): Promise<T>;
  /** The answer itself, whatever its status. */
  fetch(path: string, ask?: Ask): Promise<Response>;
  /** Of a manifest an asset; of a key ("avatars/<owner>") the alias. */
  url(source: Manifest | string, options?: UrlOptions): string;
  srcset(manifest: Manifest, type?: string): string;
}

export function createClient(options: ClientOptions): Client {
  const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const http = new Http({
    baseUrl: options.baseUrl?.replace(/\/$/, '') ?? '',
    getToken: options.getToken,
    refreshToken: options.refreshToken,
    fetch,
    retry: { ...defaultRetry, ...options.retry },
  });
  const hasXhr = typeof XMLHttpRequest !== 'undefined' && !options.fetch;
  const send: Send = hasXhr ? sendByXhr : sendByFetch(fetch);
  return {
    upload: (file, how) => new Upload(http, send, file, how).run(),
    remove: (collection) =>
      http.json<void>(`/${collection}/current`, { method: 'DELETE', again: true }),
    json: (path, ask) => http.json(path, ask),
    fetch: (path, ask) => http.raw(path, ask),
    url(source, how = {}) {
      if (typeof source !== 'string') return manifestUrl(source, how) ?? '';
      if (options.edgeUrl === undefined) throw new TypeError('createClient: edgeUrl is missing');
      if (how.variant === undefined) throw new TypeError('url of a key: variant is missing');
      return aliasUrl(options.edgeUrl.replace(/\/$/, ''), source, how.variant, how.format);
    },
    srcset,
  };
}
