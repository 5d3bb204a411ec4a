// The app's backend (docs/api/people.md), as documents.

import { createClient, type Manifest, type Problem } from '@tintype/client';
import { getToken, refreshToken } from './session.ts';

export type PictureKind = 'avatar' | 'banner';
export const collectionOf = { avatar: 'avatars', banner: 'banners' } as const;

export interface Person {
  handle: string;
  display_name: string;
  bio: string;
  /** Null: the node has no such collection. */
  avatar: Manifest | null;
  banner: Manifest | null;
  created_at: string;
  updated_at: string;
}

export interface Activity {
  id: string;
  text: string;
  reply_to: string | null;
  created_at: string;
  author: Pick<Person, 'handle' | 'display_name' | 'avatar'>;
}

export interface ActivityPage {
  activities: Activity[];
  next: string | null;
}

export const client = createClient({ getToken, refreshToken });

export const getPerson = (handle: string) =>
  client.json<Person>(`/api/people/${handle}`, { authorized: false, again: true });

/** All activities, or somebody's. */
export const getActivities = (handle?: string, cursor?: string | null) =>
  client.json<ActivityPage>(
    `${handle ? `/api/people/${handle}` : '/api'}/activities${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`,
    { authorized: false, again: true },
  );

export const postActivity = (text: string) =>
  client.json<Activity>('/api/activities', { method: 'POST', json: { text } });

export const deleteActivity = (id: string) =>
  client.json<void>(`/api/activities/${id}`, { method: 'DELETE', again: true });

export interface Mine {
  person: Person;
  etag: string;
}

export async function getMine(): Promise<Mine> {
  const response = await client.fetch('/api/profile', { again: true });
  if (!response.ok) throw new Error(`/api/profile: ${response.status}`);
  return { person: (await response.json()) as Person, etag: response.headers.get('ETag') ?? '*' };
}

export type Edit = Pick<Person, 'handle' | 'display_name' | 'bio'>;

/** What became of an edit; `status` of 412: somebody was faster. */
export type Edited = { mine: Mine } | { status: number; problem: Problem };

export async function putMine(edit: Edit, etag: string): Promise<Edited> {
  const response = await client.fetch('/api/profile', {
    method: 'PUT',
    json: edit,
    headers: { 'If-Match': etag },
  });
  if (!response.ok)
    return { status: response.status, problem: (await response.json().catch(() => ({}))) as Problem };
  return {
    mine: { person: (await response.json()) as Person, etag: response.headers.get('ETag') ?? '*' },
  };
}
