// What one tab tells the others of the same browser.

import type { Manifest } from '@tintype/client';
import type { Activity, PictureKind } from './api.ts';

export type News =
  | { what: 'picture'; handle: string; kind: PictureKind; manifest: Manifest }
  | { what: 'activity'; activity: Activity }
  | { what: 'activity_gone'; id: string }
  | { what: 'profile' }
  | { what: 'signed_in' }
  | { what: 'signed_out' };

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('tintype');

/** To the other tabs; this one knows already. */
export function tell(news: News): void {
  channel?.postMessage(news);
}

export function hear(listener: (news: News) => void): () => void {
  const take = (event: MessageEvent<News>) => listener(event.data);
  channel?.addEventListener('message', take);
  return () => channel?.removeEventListener('message', take);
}
