// Who is signed in: the access token, kept for this tab only.

const KEY = 'tintype.token';

/** The token's claims, for showing them; whether they hold, the gateway decides. */
function claimsOf(token) {
  try {
    const part = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(part), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** Takes a token out of "#token=..." and out of the address bar, so that nobody bookmarks it. */
export function takeTokenFromAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return;
  history.replaceState(null, '', location.pathname + location.search);
  if (claimsOf(token)?.sub) sessionStorage.setItem(KEY, token);
}

/** {token, sub} of who is signed in, or null. */
export function current() {
  const token = sessionStorage.getItem(KEY);
  const claims = token && claimsOf(token);
  if (!claims?.sub || claims.exp * 1000 <= Date.now()) return null;
  return { token, sub: claims.sub };
}

export function signOut() {
  sessionStorage.removeItem(KEY);
}

/** Throws an Error whose message is for people. */
export async function signIn(name, password) {
  let response;
  try {
    response = await fetch('/auth/sign_in', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name, password }),
    });
  } catch {
    throw new Error('The server does not answer. Check your connection, then try again.');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.detail ?? 'That did not work. Try again in a moment.');
  sessionStorage.setItem(KEY, answer.access_token);
}
