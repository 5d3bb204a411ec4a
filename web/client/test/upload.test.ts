import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import {
  CancelledError,
  type Client,
  createClient,
  EmptyFileError,
  LimitError,
  NetworkError,
  NoNewsError,
  ProcessingError,
  RefusedError,
  ServerError,
  SessionEndedError,
  SlotExpiredError,
  StorageError,
  TintypeError,
  TooLargeError,
  TooManyPixelsError,
  UnsupportedTypeError,
  type UploadEvent,
} from '../src/index.js';
import { cut, empty, events, json, problem, Server, s3Error } from './server.js';

const kAsset = { name: '48', url: 'http://edge/a.jpg', type: 'image/jpeg', width: 48, height: 48, size: 900 };
const kReady = { upload_id: 'u1', state: 'ready', assets: [kAsset] };
const kWaiting = { upload_id: 'u1', state: 'waiting' };
const file = new Blob(['twelve bytes'], { type: 'image/jpeg' });

let server: Server;
let client: Client;
let token: string | null;
let refreshed: number;

beforeEach(async () => {
  server = await Server.start();
  token = 'old';
  refreshed = 0;
  client = createClient({
    baseUrl: server.url,
    getToken: () => token,
    refreshToken: () => {
      ++refreshed;
      return token;
    },
    retry: { attempts: 3, firstPauseMs: 1, pauseMsMax: 2 },
  });
  server.on('POST /avatars/key_upload', json(slot()));
  server.on('PUT /bucket/x', empty);
  server.on('GET /uploads/u1', json(kWaiting));
  server.on('STREAM /uploads/u1', events([{ upload_id: 'u1', state: 'processing' }, kReady]));
  server.on('DELETE /uploads/u1', (response) => void response.writeHead(204).end());
});
afterEach(() => server.stop());

function slot(more: object = {}): object {
  return {
    method: 'PUT',
    url: `${server.url}/bucket/x`,
    headers: { 'Content-Type': 'image/jpeg' },
    key: 'avatars/ada/u1.jpg',
    upload_id: 'u1',
    expires_at: '2100-01-01T00:00:00.000Z',
    // Under its public name: the client asks where it was told to.
    status_url: 'http://public.invalid/uploads/u1',
    ...more,
  };
}

const upload = (more: object = {}) => client.upload(file, { collection: 'avatars', ...more });

async function errorOf(promise: Promise<unknown>): Promise<TintypeError> {
  const error: unknown = await promise.then(
    () => assert.fail('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof TintypeError, String(error));
  return error;
}

test('the whole way, with progress and news', async () => {
  const phases: string[] = [];
  const progress: number[] = [];
  const result = await upload({
    onStatus: ({ phase }: UploadEvent) => phases.push(phase),
    onProgress: (part: number) => progress.push(part),
  });
  assert.deepEqual(phases, ['preparing', 'sending', 'processing', 'ready']);
  assert.equal(progress.at(-1), 1);
  const { name, ...asset } = kAsset;
  assert.deepEqual(result, {
    state: 'ready',
    uploadId: 'u1',
    key: 'avatars/ada/u1.jpg',
    manifest: { is_default: false, variants: [{ name, assets: [asset] }] },
  });
  const put = server.seen.find(({ method }) => method === 'PUT');
  assert.equal(put?.body, 'twelve bytes');
  assert.equal(put?.headers.authorization, undefined, 'the bucket never gets the token');
});

test('a form, where the slot is one', async () => {
  server.on('POST /avatars/key_upload', json(slot({ method: 'POST', fields: { key: 'k', policy: 'p' } })));
  server.on('POST /bucket/x', (response) => void response.writeHead(201).end());
  assert.equal((await upload()).state, 'ready');
  const form = server.seen.find(({ path }) => path === '/bucket/x')?.body ?? '';
  assert.ok(form.indexOf('name="policy"') < form.indexOf('name="file"'), 'the file comes last');
});

test('parts, of which those that arrived are not sent again', async () => {
  const parts = { method: 'MULTIPART', part_size: 5, part_count: 3, parts_url: '/uploads/u1/parts', complete_url: '/uploads/u1/complete' };
  server.on('POST /avatars/key_upload', json(slot(parts)));
  server.on('GET /uploads/u1/parts', json({ parts: [{ PartNumber: 1, Size: 5, ETag: '"1"' }] }));
  server.on('POST /uploads/u1/parts', (response, { body }) => {
    const [number] = (JSON.parse(body) as { numbers: [number] }).numbers;
    json({ parts: [{ number, size: number === 3 ? 2 : 5, url: `${server.url}/part/${number}`, headers: {} }] })(response, server.seen[0]!);
  });
  server.on('PUT /part/2', cut, empty).on('PUT /part/3', empty);
  server.on('POST /uploads/u1/complete', json({ upload_id: 'u1', state: 'received' }));
  const progress: number[] = [];
  assert.equal((await upload({ onProgress: (part: number) => progress.push(part) })).state, 'ready');
  assert.equal(progress.at(-1), 1);
  const bodies = server.seen.filter(({ path }) => path.startsWith('/part/')).map(({ path, body }) => `${path} ${body}`);
  assert.deepEqual(bodies.sort(), ['/part/2 e byt', '/part/2 e byt', '/part/3 es']);
});

test('a newer upload was first', async () => {
  server.on('STREAM /uploads/u1', events([{ upload_id: 'u1', state: 'superseded' }]));
  assert.equal((await upload()).state, 'superseded');
});

test('whatever is cut off is tried again', async () => {
  server.on('POST /avatars/key_upload', cut, json(slot()));
  server.on('PUT /bucket/x', cut, s3Error(503, 'SlowDown', 'Later.'), empty);
  server.on('STREAM /uploads/u1', cut, events([kReady]));
  assert.equal((await upload()).state, 'ready');
  const keys = server.seen.filter(({ path }) => path.endsWith('key_upload')).map(({ headers }) => headers['idempotency-key']);
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1], 'the same request again, not another slot');
});

test('an answer that was lost is not an upload that was lost', async () => {
  server.on('PUT /bucket/x', cut);
  server.on('GET /uploads/u1', json({ upload_id: 'u1', state: 'received' }));
  assert.equal((await upload()).state, 'ready');
  assert.equal(server.count('PUT /bucket/x'), 1);
});

test('where no stream gets through, it asks', async () => {
  server.on('STREAM /uploads/u1', problem(406, 'no_streams'));
  server.on('GET /uploads/u1', json({ upload_id: 'u1', state: 'processing' }), json(kReady));
  assert.equal((await upload()).state, 'ready');
});

test('an expired slot is replaced, but not for ever', async () => {
  const expired = { upload_id: 'u1', state: 'failed', reason: 'expired', detail: 'Too late.' };
  server.on('PUT /bucket/x', s3Error(403, 'AccessDenied', 'Request has expired'), empty);
  server.on('GET /uploads/u1', json(expired));
  assert.equal((await upload()).state, 'ready');
  assert.equal(server.count('POST /avatars/key_upload'), 2);

  server.on('PUT /bucket/x', s3Error(403, 'AccessDenied', 'Request has expired'));
  const error = await errorOf(upload());
  assert.ok(error instanceof SlotExpiredError);
  assert.equal(error.next, 'try_again');
});

test('one refresh for all who need it, waited for', async () => {
  let release = (_: string) => {};
  const fresh = new Promise<string>((resolve) => (release = resolve));
  const both = createClient({
    baseUrl: server.url,
    getToken: () => token,
    refreshToken: () => {
      ++refreshed;
      return fresh;
    },
  });
  server.on('GET /mine', (response, seen) => {
    const isFresh = seen.headers.authorization === 'Bearer new';
    (isFresh ? json({ ok: true }) : problem(401, 'invalid_token'))(response, seen);
    if (!isFresh && server.count('GET /mine') === 2) {
      token = 'new';
      release('new');
    }
  });
  await Promise.all([both.json('/mine'), both.json('/mine')]);
  assert.equal(refreshed, 1);
  const sent = server.seen.map(({ headers }) => headers.authorization);
  assert.deepEqual(sent.sort(), ['Bearer new', 'Bearer new', 'Bearer old', 'Bearer old']);
});

test('without a new token nothing more is sent', async () => {
  server.on('POST /avatars/key_upload', problem(401, 'invalid_token'));
  token = 'old';
  const gone = createClient({ baseUrl: server.url, getToken: () => token, refreshToken: () => null });
  const error = await errorOf(gone.upload(file, { collection: 'avatars' }));
  assert.ok(error instanceof SessionEndedError);
  assert.equal(error.next, 'sign_in');
  assert.equal(server.seen.length, 1);
});

test('each failure has its class and its next step', async () => {
  const cases: [string, () => void, new (...args: never[]) => TintypeError, string][] = [
    ['a type', () => server.on('POST /avatars/key_upload', problem(415, 'unsupported_media_type')), UnsupportedTypeError, 'choose_another'],
    ['a size', () => server.on('POST /avatars/key_upload', problem(413, 'too_large')), TooLargeError, 'choose_another'],
    ['a limit', () => server.on('POST /avatars/key_upload', problem(429, 'too_many_slots', { 'Retry-After': '7' })), LimitError, 'wait'],
    ['a refusal', () => server.on('POST /avatars/key_upload', problem(400, 'invalid_request')), RefusedError, 'none'],
    ['a server down', () => server.on('POST /avatars/key_upload', problem(503, 'unavailable')), ServerError, 'try_again'],
    ['nobody there', () => server.on('POST /avatars/key_upload', cut), NetworkError, 'try_again'],
    ['a signature', () => server.on('PUT /bucket/x', s3Error(403, 'SignatureDoesNotMatch', 'No.')), StorageError, 'try_again'],
    ['a body', () => server.on('PUT /bucket/x', s3Error(400, 'EntityTooLarge', 'No.')), TooLargeError, 'choose_another'],
    ['pixels', () => server.on('STREAM /uploads/u1', events([{ upload_id: 'u1', state: 'failed', reason: 'too_large' }])), TooManyPixelsError, 'choose_another'],
    ['a damaged file', () => server.on('STREAM /uploads/u1', events([{ upload_id: 'u1', state: 'failed', reason: 'damaged_input' }])), ProcessingError, 'choose_another'],
    ['a fault of ours', () => server.on('STREAM /uploads/u1', events([{ upload_id: 'u1', state: 'failed', reason: 'internal' }])), ProcessingError, 'try_again'],
    ['a forgotten upload', () => server.on('STREAM /uploads/u1', problem(404, 'unknown_upload')), NoNewsError, 'wait'],
  ];
  for (const [what, arrange, kind, next] of cases) {
    server.on('POST /avatars/key_upload', json(slot())).on('PUT /bucket/x', empty);
    server.on('STREAM /uploads/u1', events([kReady]));
    arrange();
    const error = await errorOf(upload());
    assert.ok(error instanceof kind, `${what}: ${error.name}`);
    assert.equal(error.next, next, what);
    assert.equal(error.name, kind.name);
  }
  const none = await errorOf(client.upload(new Blob([]), { collection: 'avatars' }));
  assert.ok(none instanceof EmptyFileError);
});

test('cancelling ends it here and at the server', async () => {
  const stop = new AbortController();
  const told = new Promise<void>((resolve) =>
    server.on('DELETE /uploads/u1', (response) => {
      response.writeHead(204).end();
      resolve();
    }),
  );
  server.on('PUT /bucket/x', () => stop.abort());
  const error = await errorOf(upload({ signal: stop.signal }));
  assert.ok(error instanceof CancelledError);
  await told;
});
