// Everything that can go wrong with an upload has its own words and a way on.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { change, choose, fillSignIn, jpegFile, launch, openPage, openProfile, shownUrl, signIn, someone, statusOf, use, waitForPhase } from './support/browser.mjs';
import { Node } from './support/node.mjs';
import { made } from './support/pictures.mjs';

const kStack = `
[stack]
name = "narrow"
[collection.avatars]
size_max = "64KiB"
slot_ttl = "1s"
[[collection.avatars.variant]]
name = "128"
width = 128
height = 128
formats = ["jpeg"]
`;

let node;
let narrow; // Small files, and quickly.
let browser;
before(async () => {
  [node, narrow, browser] = await Promise.all([Node.start(), Node.start({ config: kStack }), launch()]);
});
after(async () => {
  await browser.close();
  await Promise.all([node.stop(), narrow.stop()]);
});

async function atProfile(t, where = node) {
  const context = await someone(t, browser);
  const page = await openPage(t, context, where.gateway);
  await signIn(page, where);
  await openProfile(page);
  return page;
}

/** Holds what `pattern` matches until release(). */
async function hold(page, pattern, method) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  let arrive;
  const arrived = new Promise((resolve) => (arrive = resolve));
  const handler = async (route) => {
    if (route.request().method() !== method) return route.continue();
    arrive(route.request());
    await released;
    await route.continue().catch(() => undefined); // The page may have given up.
  };
  await page.route(pattern, handler);
  return { arrived, release: () => (release(), page.unroute(pattern, handler)) };
}

const isPut = (where) => (url) => url.origin === where.s3;
const square = async (colour = 'GREEN') => jpegFile(await made(`pictures.solid_jpeg(pictures.${colour})`));

test('what is no picture, an empty one, a damaged one and one of too many pixels are told apart', async (t) => {
  const page = await atProfile(t);
  const whole = await made('pictures.jpeg(800, 600)');
  const cases = [
    ['a text with the name of a picture', Buffer.from('%PDF-1.7 and so on, and so on'), /not a kind of picture/],
    ['nothing', Buffer.alloc(0), /is empty/],
    ['the beginning of one', whole.subarray(0, 400), /is damaged/],
    ['900 megapixels in a few kilobytes', await made('pictures.bomb_png()'), /900 megapixels/],
  ];
  for (const [what, bytes, words] of cases) {
    await choose(page, jpegFile(bytes));
    await page.getByRole('alert').filter({ hasText: words }).waitFor({ timeout: 5000 }).catch(() => assert.fail(what));
  }
  // The way on: the dialog is still there, and takes another one.
  await choose(page, jpegFile(whole));
  await page.getByRole('heading', { name: 'Frame it' }).waitFor();
});

test('a file that the server finds too large', async (t) => {
  const page = await atProfile(t, narrow);
  const noise = 'pictures.encode(pictures.Image.effect_noise((900, 900), 90).convert("RGB"), quality=95)';
  await choose(page, jpegFile(await made(noise)));
  await use(page);
  await waitForPhase(page, 'failed');
  await statusOf(page).getByText(/too large/).waitFor();
  await statusOf(page).getByRole('button', { name: 'Choose another one' }).click();
  await page.getByRole('heading', { name: 'Your photograph' }).waitFor();
  await change(page, await square());
});

test('without a network the photograph is kept, and goes on by itself', async (t) => {
  const page = await atProfile(t);
  await choose(page, await square());
  await page.getByRole('button', { name: 'Use it' }).waitFor();
  await page.context().setOffline(true);
  await use(page);
  await waitForPhase(page, 'preparing');
  await page.evaluate(() => dispatchEvent(new Event('offline')));
  await page.context().setOffline(false);
  await waitForPhase(page, 'ready');
});

test('a connection that is cut again and again ends in a way on', async (t) => {
  const page = await atProfile(t);
  let cuts = 0;
  const cut = (route) => {
    if (route.request().method() !== 'PUT') return route.continue();
    ++cuts;
    return cuts > 1 ? route.continue() : route.abort('connectionreset');
  };
  await page.route(isPut(node), cut);
  await choose(page, await square('RED'));
  await use(page);
  await waitForPhase(page, 'ready');
  assert.equal(cuts, 2, 'cut once, then sent again into the same slot');
});

test('an upload is cancelled, and nothing has changed', async (t) => {
  const page = await atProfile(t);
  await change(page, await square('RED'));
  const before = await shownUrl(page.locator('.person-avatar .avatar'));
  const put = await hold(page, isPut(node), 'PUT');
  await choose(page, await square('BLUE'));
  await use(page);
  await put.arrived;
  const cancelled = page.waitForResponse((response) => response.request().method() === 'DELETE');
  await statusOf(page).getByRole('button', { name: 'Cancel' }).click();
  assert.equal((await cancelled).status(), 204, 'the server was told');
  put.release();
  await page.locator('.person-avatar img[src^="blob:"]').waitFor({ state: 'detached' });
  assert.equal(await shownUrl(page.locator('.person-avatar .avatar')), before);
});

test('a slot that expires on the way is replaced by a new one', async (t) => {
  const page = await atProfile(t, narrow);
  let slots = 0;
  page.on('response', (response) => {
    if (response.url().endsWith('/key_upload') && response.ok()) ++slots;
  });
  const opened = page.waitForResponse('**/key_upload');
  const put = await hold(page, isPut(narrow), 'PUT');
  await choose(page, await square());
  await use(page);
  await put.arrived;
  const { status_url } = await (await opened).json();
  for (let state = 'waiting'; state === 'waiting'; )
    ({ state } = await (await fetch(status_url)).json());
  put.release();
  await waitForPhase(page, 'ready');
  assert.ok(slots >= 2, `${slots} slots`);  // On a slow machine the new one may expire as well.
});

// Pitfall 8: a token that was not valid any more was sent, because nobody waited for the new one.
test('test_app_waits_for_its_token', async (t) => {
  const page = await atProfile(t);
  const spoil = (route) =>
    route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer not.valid.anymore' } });
  await page.route('**/avatars/key_upload', spoil);
  // Nobody is signed in here any more, as far as the issuer knows.
  await page.context().clearCookies();
  const order = [];
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (/key_upload|\/auth\//.test(pathname)) order.push(`${pathname} ${response.status()}`);
  });
  await choose(page, await square('BLUE'));
  await use(page);
  await waitForPhase(page, 'failed');
  await statusOf(page).getByText(/session has ended. Your photograph is kept/).waitFor();
  assert.equal(order[0], '/avatars/key_upload 401');
  assert.equal(order.filter((line) => line.startsWith('/auth/refresh')).length, 1, 'asked once for a new token');
  assert.equal(order.length, 2, 'and nothing was sent without one');

  await page.unroute('**/avatars/key_upload', spoil);
  await statusOf(page).getByRole('link', { name: 'Sign in' }).click();
  await page.getByText('The photograph that you chose is kept.').waitFor();
  await fillSignIn(page, node);
  await waitForPhase(page, 'ready');
  assert.match(await shownUrl(page.locator('.person-avatar .avatar')), /\/[0-9a-f]{32}\./);
});

test('a token that ran out is renewed, once, and nobody notices', async (t) => {
  const page = await atProfile(t);
  const spoil = (route) => route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer not.valid.anymore' } });
  await page.route('**/avatars/key_upload', spoil, { times: 1 });
  const order = [];
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (/key_upload|\/auth\//.test(pathname)) order.push(`${pathname} ${response.status()}`);
  });
  await change(page, await square('YELLOW'));
  assert.deepEqual(order, ['/avatars/key_upload 401', '/auth/refresh 200', '/avatars/key_upload 200']);
});

test('two windows at once end with the same picture, the later one', async (t) => {
  const page = await atProfile(t);
  const second = await openPage(t, page.context(), node.gateway);
  await openProfile(second);
  const put = await hold(page, isPut(node), 'PUT');
  await choose(page, await square('RED'));
  await use(page);
  await put.arrived;
  await change(second, await square('YELLOW'));
  put.release();
  await waitForPhase(page, 'ready');
  const last = await shownUrl(page.locator('.person-avatar .avatar'));
  await second.waitForFunction(
    (url) => document.querySelector('.person-avatar img.picture-full').currentSrc === url,
    last,
  );
});

test('a file that arrives and cannot become a picture', async (t) => {
  const page = await atProfile(t);
  const nonsense = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic'), Buffer.alloc(4000, 7)]);
  await choose(page, { name: 'IMG_0001.HEIC', mimeType: '', buffer: nonsense });
  await waitForPhase(page, 'failed');
  await statusOf(page).getByText(/no picture could be made of it/).waitFor();
  await statusOf(page).getByRole('button', { name: 'Choose another one' }).click();
  await change(page, await square());
});

test('the server is restarted in the middle of an upload', async (t) => {
  const page = await atProfile(t);
  const put = await hold(page, isPut(node), 'PUT');
  await choose(page, await square('RED'));
  await use(page);
  await put.arrived;
  await node.kill();
  put.release();
  await waitForPhase(page, 'retrying');
  await node.restart();
  await waitForPhase(page, 'ready');
});
