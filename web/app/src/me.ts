// Oneself: the profile with its version, and the uploads of avatar and banner, which outlive pages.

import { type Manifest, SessionEndedError, Uploader } from '@tintype/client';
import { client, collectionOf, getMine, getPerson, type Mine, type Person, type PictureKind } from './api.ts';
import { hear, tell } from './news.ts';
import { announce, askedAt, learnPerson, preview } from './pictures.ts';
import { session } from './session.ts';
import { Store } from './store.ts';

export const me = new Store<Mine | null>(null);

export const uploaders: Record<PictureKind, Uploader> = {
  avatar: new Uploader(client, collectionOf.avatar),
  banner: new Uploader(client, collectionOf.banner),
};
const kinds: PictureKind[] = ['avatar', 'banner'];

/** The newest profile; nothing changes if nobody answers. */
export async function loadMe(): Promise<void> {
  const asked = askedAt();
  try {
    const mine = await getMine();
    learnPerson(mine.person, asked);
    me.set(mine);
  } catch {
    if (session.get().state !== 'in') me.set(null);
  }
}

export function changeMe(mine: Mine): void {
  learnPerson(mine.person, askedAt());
  me.set(mine);
  tell({ what: 'profile' });
}

/** The manifest of an upload has no aliases; those of before are still right. */
function withAliases(manifest: Manifest, before: Manifest | null): Manifest {
  const alias = (name: string) => before?.variants.find((variant) => variant.name === name)?.alias;
  return {
    ...manifest,
    variants: manifest.variants.map((variant) => {
      const known = alias(variant.name);
      return known ? { ...variant, alias: known } : variant;
    }),
  };
}

/** Loaded before it takes the preview's place, so that nothing flickers. */
async function fetched(manifest: Manifest): Promise<void> {
  const url = client.url(manifest, { width: 512, format: 'webp' });
  const picture = new Image();
  picture.src = url;
  await picture.decode().catch(() => undefined);
}

async function settle(kind: PictureKind, person: Person, work: ReturnType<Uploader['upload']>): Promise<void> {
  const result = await work;
  if (!result) {
    const { phase, error } = uploaders[kind].getView();
    const isOver = phase === 'idle' || (phase === 'failed' && error?.next === 'choose_another');
    if (isOver) preview(person.handle, kind, undefined);
    return;
  }
  if (result.state === 'ready') {
    const manifest = withAliases(result.manifest, person[kind]);
    await fetched(manifest);
    announce(person.handle, kind, manifest);
  } else {
    const asked = askedAt();
    learnPerson(await getPerson(person.handle), asked);
  }
  if (uploaders[kind].getView().result === result) preview(person.handle, kind, undefined);
  void loadMe();
}

/** The picture is seen at once if this browser can show it, and everywhere when it is ready. */
export async function changePicture(kind: PictureKind, file: Blob, canShow: boolean): Promise<void> {
  const mine = me.get();
  if (!mine) return;
  preview(mine.person.handle, kind, canShow ? URL.createObjectURL(file) : undefined);
  await settle(kind, mine.person, uploaders[kind].upload(file));
}

export async function retryPicture(kind: PictureKind): Promise<void> {
  const mine = me.get();
  if (mine) await settle(kind, mine.person, uploaders[kind].retry());
}

/** Gives up what failed; the current picture is seen again. */
export function dropPicture(kind: PictureKind): void {
  uploaders[kind].reset();
  const mine = me.get();
  if (mine) preview(mine.person.handle, kind, undefined);
}

export async function removePicture(kind: PictureKind): Promise<void> {
  const mine = me.get();
  if (!mine) return;
  dropPicture(kind);
  await client.remove(collectionOf[kind]);
  await loadMe();
  const now = me.get()?.person[kind];
  if (now) announce(mine.person.handle, kind, now);
}

function forget(): void {
  for (const kind of kinds) dropPicture(kind);
  me.set(null);
}

async function enter(): Promise<void> {
  const before = me.get()?.person.handle;
  await loadMe();
  const isSame = before === undefined || before === me.get()?.person.handle;
  for (const kind of kinds) {
    if (!(uploaders[kind].getView().error instanceof SessionEndedError)) continue;
    // The file was somebody else's to give.
    if (isSame) void retryPicture(kind);
    else dropPicture(kind);
  }
}

let was = session.get().state;
session.subscribe(() => {
  const now = session.get();
  if (now.state === 'in' && was !== 'in') void enter();
  was = now.state;
  if (now.state === 'out' && !now.ended) forget();
});
hear((news) => {
  if (news.what === 'profile' && session.get().state === 'in') void loadMe();
});
