// Signing in at a foreign issuer: authorization code with PKCE (RFC 7636), by redirect.

export interface Foreign {
  issuer: string;
  client_id: string;
  /** In memory, as the access token is. */
  refreshToken?: string;
}

interface Discovery {
  authorization_endpoint: string;
  token_endpoint: string;
}

interface Tokens {
  access_token: string;
  refresh_token?: string;
}

const kPending = 'tintype.sign_in';

async function discover({ issuer }: Foreign): Promise<Discovery> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (!response.ok) throw new TypeError(`discovery: ${response.status}`);
  return (await response.json()) as Discovery;
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
}

const randomText = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));
const callback = (): string => `${location.origin}/callback`;

/** Leaves the page. */
export async function beginSignIn(foreign: Foreign): Promise<void> {
  const { authorization_endpoint } = await discover(foreign);
  const pending = { state: randomText(), verifier: randomText(), back: location.pathname };
  sessionStorage.setItem(kPending, JSON.stringify(pending));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pending.verifier));
  const url = new URL(authorization_endpoint);
  const query = {
    response_type: 'code',
    client_id: foreign.client_id,
    redirect_uri: callback(),
    scope: 'openid profile',
    state: pending.state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  location.assign(url.href);
}

async function ask(foreign: Foreign, form: Record<string, string>): Promise<Tokens | null> {
  const { token_endpoint } = await discover(foreign);
  const body = new URLSearchParams({ ...form, client_id: foreign.client_id });
  const response = await fetch(token_endpoint, { method: 'POST', body });
  if (response.status >= 500) throw new TypeError(`token endpoint: ${response.status}`);
  if (!response.ok) return null;
  const tokens = (await response.json()) as Tokens;
  if (tokens.refresh_token) foreign.refreshToken = tokens.refresh_token;
  return tokens;
}

/** At the callback. Rejects if the issuer said no, or this is not the answer to our question. */
export async function endSignIn(foreign: Foreign): Promise<{ accessToken: string; back: string }> {
  const query = new URLSearchParams(location.search);
  const pending = JSON.parse(sessionStorage.getItem(kPending) ?? 'null') as Record<string, string> | null;
  sessionStorage.removeItem(kPending);
  const code = query.get('code');
  if (!pending || !code || query.get('state') !== pending['state'])
    throw new TypeError(query.get('error') ?? 'not the answer to this sign-in');
  const tokens = await ask(foreign, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: callback(),
    code_verifier: pending['verifier'] ?? '',
  });
  if (!tokens) throw new TypeError('the issuer did not take the code');
  return { accessToken: tokens.access_token, back: pending['back'] ?? '/' };
}

/** A fresh access token, or null: sign in again. */
export async function renew(foreign: Foreign): Promise<string | null> {
  if (!foreign.refreshToken) return null;
  const tokens = await ask(foreign, {
    grant_type: 'refresh_token',
    refresh_token: foreign.refreshToken,
  });
  return tokens?.access_token ?? null;
}
