import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aliasUrl, createClient, type Manifest, manifestUrl, sources, srcset } from '../src/index.js';
import { createLoader } from '../src/next.js';

const asset = (type: string, width: number) => ({
  url: `http://edge/${width}.${type}`,
  type: `image/${type}`,
  width,
  height: width,
  size: width * 10,
});
const manifest: Manifest = {
  is_default: false,
  variants: [
    { name: 'large', alias: 'http://edge/a/large', assets: [asset('jpeg', 512), asset('webp', 512), asset('avif', 512)] },
    { name: 'small', alias: 'http://edge/a/small', assets: [asset('jpeg', 48), asset('webp', 48)] },
  ],
};
const drawn: Manifest = { is_default: true, variants: [{ name: 'small', alias: 'http://edge/a/small', assets: [] }] };

test('aliases are spelled as the edge spells them', () => {
  const cases: [string, string][] = [
    ['avatars/ada', 'http://edge/avatars/ada/512'],
    ['avatars/ada/01kar.jpg', 'http://edge/avatars/ada/512'],
    ['avatars/auth0|1', 'http://edge/avatars/auth0%7C1/512'],
    ["avatars/o'neil (x)!*", 'http://edge/avatars/o%27neil%20%28x%29%21%2A/512'],
    ['avatars/émile', 'http://edge/avatars/%C3%A9mile/512'],
  ];
  for (const [key, url] of cases) assert.equal(aliasUrl('http://edge', key, '512'), url);
  assert.equal(aliasUrl('http://edge', 'avatars/ada', '512', 'jpeg'), 'http://edge/avatars/ada/512.jpg');
  for (const key of ['', 'avatars', 'avatars/', '/ada']) assert.throws(() => aliasUrl('http://edge', key, '512'), TypeError, key);
});

test('the smallest variant that is wide enough', () => {
  const cases: [object, string | undefined][] = [
    [{}, 'http://edge/512.jpeg'],
    [{ width: 40 }, 'http://edge/48.jpeg'],
    [{ width: 40, density: 2 }, 'http://edge/512.jpeg'],
    [{ width: 4000 }, 'http://edge/512.jpeg'],
    [{ width: 40, format: 'webp' }, 'http://edge/48.webp'],
    [{ variant: 'small', format: 'avif' }, 'http://edge/48.jpeg'],
    [{ variant: 'none' }, undefined],
  ];
  for (const [options, url] of cases) assert.equal(manifestUrl(manifest, options), url, JSON.stringify(options));
  assert.equal(manifestUrl(drawn), 'http://edge/a/small');
});

test('what a <picture> offers', () => {
  assert.deepEqual(sources(manifest), [
    { type: 'image/avif', srcset: 'http://edge/512.avif 512w' },
    { type: 'image/webp', srcset: 'http://edge/48.webp 48w, http://edge/512.webp 512w' },
    { type: 'image/jpeg', srcset: 'http://edge/48.jpeg 48w, http://edge/512.jpeg 512w' },
  ]);
  assert.equal(srcset(manifest), 'http://edge/48.jpeg 48w, http://edge/512.jpeg 512w');
  assert.equal(srcset(manifest, 'image/avif'), 'http://edge/512.avif 512w');
  assert.deepEqual(sources(drawn), []);
  assert.equal(srcset(drawn), '');
});

test('a client says what it lacks', () => {
  const client = createClient({ getToken: () => null });
  assert.throws(() => client.url('avatars/ada', { variant: '48' }), /edgeUrl/);
  const whole = createClient({ getToken: () => null, edgeUrl: 'http://edge/' });
  assert.throws(() => whole.url('avatars/ada'), /variant/);
  assert.equal(whole.url('avatars/ada', { variant: '48' }), 'http://edge/avatars/ada/48');
  assert.equal(whole.url(manifest, { width: 48 }), 'http://edge/48.jpeg');
});

test('the loader of next/image', () => {
  const loader = createLoader({ edgeUrl: 'http://edge', variants: { '512': 512, '48': 48 } });
  assert.equal(loader({ src: 'avatars/ada', width: 32 }), 'http://edge/avatars/ada/48');
  assert.equal(loader({ src: 'avatars/ada', width: 96, quality: 75 }), 'http://edge/avatars/ada/512');
  assert.equal(loader({ src: 'avatars/ada', width: 3840 }), 'http://edge/avatars/ada/512');
  assert.throws(() => createLoader({ edgeUrl: 'http://edge', variants: {} }), TypeError);
});
