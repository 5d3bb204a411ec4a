// Bytes to the bucket, with progress. What S3 answers is told as it is; what follows from it, upload.ts decides.

import { CancelledError, NetworkError } from './errors.js';

export interface Sending {
  method: 'PUT' | 'POST';
  url: string;
  headers?: Record<string, string>;
  body: Blob | FormData;
  /** Bytes that have left. */
  onSent?: ((bytes: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface Sent {
  status: number;
  /** S3's error document, or empty. */
  text: string;
  etag: string | null;
}

export type Send = (sending: Sending) => Promise<Sent>;

/** fetch tells nothing of how far an upload is; XMLHttpRequest does. */
export const sendByXhr: Send = ({ method, url, headers, body, onSent, signal }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const cancel = () => request.abort();
    const end = (settle: () => void) => {
      signal?.removeEventListener('abort', cancel);
      settle();
    };
    request.open(method, url);
    for (const [name, value] of Object.entries(headers ?? {})) request.setRequestHeader(name, value);
    if (onSent) request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () =>
      end(() =>
        resolve({
          status: request.status,
          text: request.responseText,
          etag: request.getResponseHeader('ETag'),
        }),
      );
    request.onerror = () => end(() => reject(new NetworkError('The upload was cut off.')));
    request.onabort = () => end(() => reject(new CancelledError('The upload was cancelled.')));
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted) cancel();
    else request.send(body);
    if (signal?.aborted) end(() => reject(new CancelledError('The upload was cancelled.')));
  });

export const sendByFetch =
  (fetch: typeof globalThis.fetch): Send =>
  async ({ method, url, headers, body, onSent, signal }) => {
    try {
      const init: RequestInit = { method, headers: headers ?? {}, body };
      if (signal) init.signal = signal;
      const response = await fetch(url, init);
      const text = await response.text();
      if (response.ok && body instanceof Blob) onSent?.(body.size);
      return { status: response.status, text, etag: response.headers.get('ETag') };
    } catch (cause) {
      if (signal?.aborted) throw new CancelledError('The upload was cancelled.', { cause });
      throw new NetworkError('The upload was cut off.', { cause });
    }
  };

/** The text of an element of S3's error document; empty without it. Show it as text, never as markup. */
export function xmlText(xml: string, name: string): string {
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
  return found.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => entities[entity] ?? '');
}
