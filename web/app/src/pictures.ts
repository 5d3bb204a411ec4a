// Whose picture is which, at this moment: one place that every avatar and banner of the page is drawn from.

import type { Manifest } from '@tintype/client';
import { useSyncExternalStore } from 'react';
import type { Activity, Person, PictureKind } from './api.ts';
import { hear, tell } from './news.ts';

export interface Shown {
  manifest: Manifest | null;
  /** An object URL of what was chosen and is on its way. */
  preview?: string;
  /** Changes with each picture: browsers ask for the same alias only once. */
  look: number;
}

const kNone: Shown = { manifest: null, look: 0 };
const shown = new Map<string, Shown>();
const listeners = new Set<() => void>();
/** Counts what this page learnt first hand, so that an answer to an older question does not undo it. */
let moment = 0;
const changedAt = new Map<string, number>();

const nameOf = (handle: string, kind: PictureKind) => `${handle}/${kind}`;

function put(name: string, change: Partial<Shown>): void {
  const before = shown.get(name) ?? kNone;
  const { preview, ...rest } = { ...before, ...change };
  shown.set(name, preview ? { ...rest, preview } : rest);
  for (const listener of listeners) listener();
}

export function usePicture(handle: string, kind: PictureKind): Shown {
  const read = () => shown.get(nameOf(handle, kind)) ?? kNone;
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, read);
}

/** Before asking the server: give it to learn() with the answer. */
export const askedAt = (): number => moment;

function learnOne(handle: string, kind: PictureKind, manifest: Manifest | null, asked: number): void {
  const name = nameOf(handle, kind);
  if ((changedAt.get(name) ?? -1) > asked) return;
  const before = shown.get(name);
  if (before && JSON.stringify(before.manifest) === JSON.stringify(manifest)) return;
  put(name, { manifest, look: before ? before.look + 1 : 0 });
}

export function learnPerson(person: Person, asked: number): void {
  learnOne(person.handle, 'avatar', person.avatar, asked);
  learnOne(person.handle, 'banner', person.banner, asked);
}

export function learnActivities(activities: readonly Activity[], asked: number): void {
  for (const { author } of activities) learnOne(author.handle, 'avatar', author.avatar, asked);
}

/** What was chosen, before anybody has it; undefined: the current picture again. */
export function preview(handle: string, kind: PictureKind, url: string | undefined): void {
  const name = nameOf(handle, kind);
  const before = shown.get(name)?.preview;
  if (before && before !== url) URL.revokeObjectURL(before);
  put(name, { preview: url } as Partial<Shown>);
}

function change(handle: string, kind: PictureKind, manifest: Manifest): void {
  const name = nameOf(handle, kind);
  changedAt.set(name, ++moment);
  put(name, { manifest, look: (shown.get(name)?.look ?? 0) + 1 });
}

/** A new picture: here, and in the other tabs. */
export function announce(handle: string, kind: PictureKind, manifest: Manifest): void {
  change(handle, kind, manifest);
  tell({ what: 'picture', handle, kind, manifest });
}

hear((news) => {
  if (news.what === 'picture') change(news.handle, news.kind, news.manifest);
});
