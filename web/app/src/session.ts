// Who is signed in. The access token lives in memory only; a cookie that no script can read renews it.

import type { Problem } from '@tintype/client';
import type { Config } from './config.ts';
import { hear, tell } from './news.ts';
import { beginSignIn, endSignIn, type Foreign, renew } from './oidc.ts';
import { Store } from './store.ts';

/** `unknown`: somebody was signed in here, and it shows in a moment whether they still are. */
export type Session =
  | { state: 'unknown' }
  | { state: 'out'; ended: boolean }
  | { state: 'in' };

/** That somebody was signed in here, so that asking for a renewal is worth it. Nothing secret. */
const kHint = 'tintype.signed_in';
const hasHint = (): boolean => localStorage.getItem(kHint) !== null;

export const session = new Store<Session>(hasHint() ? { state: 'unknown' } : { state: 'out', ended: false });

interface Token {
  access_token: string;
}

let token: string | null = null;
let foreign: Foreign | undefined;

export const getToken = (): string | null => token;

function enter(fresh: string): void {
  token = fresh;
  localStorage.setItem(kHint, '1');
  session.set({ state: 'in' });
}

function leave(ended: boolean): void {
  token = null;
  localStorage.removeItem(kHint);
  session.set({ state: 'out', ended });
}

/** Two tabs that renew with one cookie at once would look like theft: one after the other. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? navigator.locks.request('tintype.refresh', work) : work();
}

async function renewed(): Promise<string | null> {
  if (foreign) return renew(foreign);
  return alone(async () => {
    const response = await fetch('/auth/refresh', { method: 'POST' });
    if (response.status >= 500) throw new TypeError(`/auth/refresh: ${response.status}`);
    return response.ok ? ((await response.json()) as Token).access_token : null;
  });
}

/** The client calls this after a 401, once at a time. */
export async function refreshToken(): Promise<string | null> {
  const before = session.get().state;
  const fresh = await renewed();
  if (fresh) enter(fresh);
  else leave(before === 'in');
  return fresh;
}

/** At load: whoever was signed in still is, as the cookie says. */
export async function startSession(config: Config): Promise<void> {
  if (config.identity) foreign = { ...config.identity };
  hear((news) => {
    if (news.what === 'signed_out') leave(false);
    if (news.what === 'signed_in' && session.get().state === 'out') void refreshToken().catch(() => undefined);
  });
  if (foreign || !hasHint()) return leave(false);
  await refreshToken().catch(() => session.set({ state: 'out', ended: false }));
}

export const isForeign = (): boolean => foreign !== undefined;

export async function signInElsewhere(): Promise<void> {
  if (foreign) await beginSignIn(foreign);
}

/** At /callback: what the issuer sent along. The path to go on at. */
export async function signInReturned(): Promise<string> {
  if (!foreign) return '/';
  const { accessToken, back } = await endSignIn(foreign);
  enter(accessToken);
  return back;
}

export type SignInFault = 'wrong' | 'taken' | 'too_often' | 'invalid' | 'network' | 'server';

/** What the server says is wrong with which field: "name: is a reserved word". */
function wordsOf({ errors, detail }: Problem): string | undefined {
  return errors?.map(({ pointer, detail: what }) => `${pointer.slice(2)}: ${what}`).join('; ') ?? detail;
}

/** Undefined: it worked. */
async function sendCredentials(path: string, name: string, password: string) {
  let response: Response;
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name, password }),
    });
  } catch {
    return { fault: 'network' as SignInFault };
  }
  if (response.ok) {
    enter(((await response.json()) as Token).access_token);
    tell({ what: 'signed_in' });
    return undefined;
  }
  const problem = (await response.json().catch(() => ({}))) as Problem;
  const faults: Record<number, SignInFault> = { 401: 'wrong', 409: 'taken', 429: 'too_often', 400: 'invalid', 422: 'invalid' };
  return { fault: faults[response.status] ?? ('server' as SignInFault), detail: wordsOf(problem) };
}

export const signIn = (name: string, password: string) => sendCredentials('/auth/sign_in', name, password);
export const signUp = (name: string, password: string) => sendCredentials('/auth/sign_up', name, password);

export async function signOut(): Promise<void> {
  const had = token;
  leave(false);
  tell({ what: 'signed_out' });
  if (foreign) return;
  const headers: HeadersInit = had ? { Authorization: `Bearer ${had}` } : {};
  await fetch('/auth/sign_out', { method: 'POST', headers }).catch(() => undefined);
}
