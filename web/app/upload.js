// The way of a photograph: a slot from the gateway, the bytes to the bucket, and then news of it.

/** What went wrong, in two sentences for people: what it is, and what to do. */
export class Trouble extends Error {
  constructor(headline, detail, { retry = false, signIn = false } = {}) {
    super(headline);
    this.detail = detail;
    this.retry = retry; // Whether the same file may work at another time.
    this.signIn = signIn;
  }
}

const EXTENSION = /\.([A-Za-z0-9]{2,5})$/;

/** What the slot shall bind. Systems disagree about the type of HEIC files or know none: by extension. */
function wishOf(file) {
  const extension = EXTENSION.exec(file.name)?.[1].toLowerCase() ?? '';
  if (extension === 'heic' || extension === 'heif') return { extension: 'heic', size: file.size };
  if (!file.type) return { extension, size: file.size };
  return { content_type: file.type, size: file.size };
}

function slotTrouble(status, problem) {
  const detail = problem.detail ?? '';
  switch (status) {
    case 401:
      return new Trouble('Your session has ended.', 'Sign in to go on; your photograph is kept.', { signIn: true });
    case 413:
      return new Trouble('This photograph is too large.', `${detail} Choose a smaller one.`);
    case 415:
      return new Trouble('This is not a kind of picture that can be used.', detail);
    case 429:
      return new Trouble('Too many uploads at once.', detail, { retry: true });
    case 400:
    case 403:
      return new Trouble('This photograph cannot be uploaded.', detail);
    default:
      return new Trouble('The server has a problem.', `${detail} Try again in a moment.`.trim(), { retry: true });
  }
}

/** Asks the gateway for the right to upload `file`. */
export async function openSlot(file, token) {
  if (file.size === 0) throw new Trouble('This file is empty.', 'Choose another one.');
  let response;
  try {
    response = await fetch('/avatars/key_upload', {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(wishOf(file)),
    });
  } catch {
    throw new Trouble('The server does not answer.', 'Check your connection, then try again.', { retry: true });
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw slotTrouble(response.status, answer);
  return answer;
}

/** The text of an element in S3's error document. It is shown as text, never as markup. */
function xmlText(xml, name) {
  const match = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml);
  const entities = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return (match?.[1] ?? '').replace(/&(lt|gt|quot|apos|amp);/g, (_, entity) => entities[entity]);
}

function putTrouble(status, xml) {
  if (status === 0)
    return new Trouble('The upload was cut off.', 'Check your connection, then try again.', { retry: true });
  const message = xmlText(xml, 'Message');
  const why = message ? `The storage says: ${message}.` : '';
  switch (xmlText(xml, 'Code')) {
    case 'EntityTooLarge':
      return new Trouble('This photograph is too large.', `${why} Choose a smaller one.`);
    case 'AccessDenied':
    case 'SignatureDoesNotMatch':
    case 'RequestTimeTooSkewed':
      return new Trouble('The storage did not accept the upload.', `${why} Trying again asks for a new permit.`, { retry: true });
    case 'BadDigest':
    case 'IncompleteBody':
      return new Trouble('The photograph arrived damaged.', 'Try again.', { retry: true });
    default:
      return new Trouble('The storage could not take the photograph.', `${why} Try again in a moment.`.trim(), { retry: true });
  }
}

/** Sends the bytes. `onProgress` gets 0 to 1. Aborting `signal` rejects with an AbortError. */
export function put(slot, file, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of an upload's progress.
    request.open(slot.method, slot.url);
    for (const [name, value] of Object.entries(slot.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(putTrouble(request.status, request.responseText));
    };
    request.onerror = () => reject(putTrouble(0, ''));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

const FINAL = new Set(['ready', 'failed', 'superseded']);

/** Follows the upload until it is final; returns its last status. `onStatus` gets each one. */
export function follow(slot, onStatus, signal) {
  return new Promise((resolve, reject) => {
    // By path: the page may be open under another name of the gateway than the public one.
    const source = new EventSource(new URL(slot.status_url).pathname);
    const end = (settle, value) => {
      source.close();
      settle(value);
    };
    source.addEventListener('status', (event) => {
      const status = JSON.parse(event.data);
      onStatus(status);
      if (FINAL.has(status.state)) end(resolve, status);
    });
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED)
        end(reject, new Trouble('There is no news of your photograph.', 'It was uploaded. Reload this page in a moment.'));
    });
    signal.addEventListener('abort', () => end(reject, new DOMException('aborted', 'AbortError')), { once: true });
  });
}
