// A photograph's way through the app: chosen, framed, seen everywhere.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { change, choose, jpegFile, launch, openPage, openProfile, shownUrl, signIn, someone, statusOf, use, waitForPhase } from './support/browser.mjs';
import { Node } from './support/node.mjs';
import { blue, colours, green, isNear, made, photograph, red, yellow } from './support/pictures.mjs';

let node;
let browser;
before(async () => {
  [node, browser] = await Promise.all([Node.start(), launch()]);
});
after(async () => {
  await browser.close();
  await node.stop();
});

async function signedIn(t, options) {
  const context = await someone(t, browser, options);
  const page = await openPage(t, context, node.gateway);
  await signIn(page, node);
  return { context, page };
}

/** What everybody gets now of the picture that is shown at `url`, as a JPEG. */
async function bytesOf(url) {
  const response = await fetch(url.replace(/\/[0-9a-f]{32}\.[a-z]+$/, '.jpg'));
  assert.equal(response.status, 200, url);
  return Buffer.from(await response.arrayBuffer());
}

/** The URLs of the assets of the one who is signed in. */
async function assetsOf(kind) {
  const token = await node.token(node.credentials.person.sub);
  const profile = await node.ask(token, 'GET', '/api/profile');
  return profile[kind].variants.flatMap(({ assets }) => assets.map(({ url }) => url));
}

const kCorners = [[0.15, 0.15], [0.85, 0.15], [0.85, 0.85], [0.15, 0.85]];

async function assertCorners(url, expected) {
  const found = await colours(await bytesOf(url), kCorners);
  found.forEach((colour, i) => assert.ok(isNear(colour, expected[i]), `${i}: ${colour}, not ${expected[i]}`));
}

test('somebody signs up, chooses a photograph, and is still there after a reload', async (t) => {
  const context = await someone(t, browser);
  const page = await openPage(t, context, node.gateway);
  await page.getByRole('link', { name: 'Create an account' }).click();
  const send = async (name, password) => {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.locator('form').getByRole('button', { name: 'Create an account' }).click();
  };
  await send(node.credentials.person.name, 'a sentence nobody would guess');
  await page.getByRole('alert').filter({ hasText: 'Somebody has this name' }).waitFor();
  await send('grace', 'short');
  await page.getByRole('alert').filter({ hasText: /cannot be used.*password/ }).waitFor();
  await send('grace', 'a sentence nobody would guess');
  await page.getByRole('button', { name: 'Edit profile' }).waitFor();
  await change(page, jpegFile(await made('pictures.solid_jpeg(pictures.GREEN)')));
  const shown = await shownUrl(page.locator('.person-avatar .avatar'));

  await page.reload();
  await page.getByRole('button', { name: 'Edit profile' }).waitFor();
  assert.equal(await shownUrl(page.locator('.person-avatar .avatar')), shown);
  const [cookie] = await context.cookies(`${node.gateway}/auth`);
  assert.ok(cookie.httpOnly && cookie.sameSite === 'Strict');
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.ok(!/eyJ/.test(kept), `no token is stored: ${kept}`);
});

test('a new photograph is seen in the profile, the feed and a second window, without reload', async (t) => {
  const { context, page } = await signedIn(t);
  await page.getByLabel('What is new?').fill('A plate is drying.');
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  const mine = page.locator('.activity', { hasText: 'A plate is drying.' }).locator('.avatar');
  await mine.waitFor();

  const second = await openPage(t, context, node.gateway);
  const theirs = second.locator('.activity', { hasText: 'A plate is drying.' }).locator('.avatar');
  await theirs.waitFor();
  const before = await shownUrl(theirs);
  await second.evaluate(() => {
    globalThis.sameDocument = true;
  });

  await openProfile(page);
  await change(page, photograph('TwoWings'));
  const assets = await assetsOf('avatar');
  const assertCurrent = async (picture) => {
    const url = await shownUrl(picture);
    assert.ok(assets.includes(url), `${url} is none of ${assets}`);
  };
  await assertCurrent(page.locator('.person-avatar .avatar'));
  await assertCurrent(page.locator('.bar-me .avatar'));

  await second.waitForFunction(
    ([selector, old]) => document.querySelector(selector).currentSrc !== old,
    ['.activity img.picture-full', before],
  );
  assert.equal(await second.evaluate(() => globalThis.sameDocument), true);
  await assertCurrent(theirs);
  await page.getByRole('link', { name: 'Tintype' }).click();
  await assertCurrent(mine);
  await assertCurrent(page.locator('.card .avatar'));
});

test('what was framed is what is seen: turned, upright, a square of it', async (t) => {
  const { page } = await signedIn(t);
  await openProfile(page);
  await choose(page, jpegFile(await made('pictures.jpeg(800, 600)')));
  await page.getByRole('button', { name: 'Turn right' }).click();
  await use(page);
  await waitForPhase(page, 'ready');
  await assertCorners(await shownUrl(page.locator('.person-avatar .avatar')), [yellow, red, green, blue]);
});

test('EXIF orientation is respected before anything is framed', async (t) => {
  const { page } = await signedIn(t);
  await openProfile(page);
  await change(page, jpegFile(await made('pictures.with_orientation(6, gps=True)')));
  const url = await shownUrl(page.locator('.person-avatar .avatar'));
  await assertCorners(url, [red, green, blue, yellow]);
});

test('framing by keyboard alone', async (t) => {
  const { page } = await signedIn(t);
  await openProfile(page);
  await page.getByRole('button', { name: 'Change photograph' }).focus();
  await page.keyboard.press('Enter');
  await choose(page, jpegFile(await made('pictures.jpeg(800, 600)')));
  const zoom = page.getByLabel('Zoom');
  await zoom.focus();
  for (let i = 0; i < 40; ++i) await page.keyboard.press('ArrowRight');
  const area = page.getByLabel(/^Framing/);
  await area.focus();
  for (let i = 0; i < 30; ++i) await page.keyboard.press('ArrowRight');
  await page.getByRole('button', { name: 'Use it' }).focus();
  await page.keyboard.press('Enter');
  await waitForPhase(page, 'ready');
  const found = await colours(await bytesOf(await shownUrl(page.locator('.person-avatar .avatar'))), kCorners);
  assert.ok(isNear(found[0], red) && isNear(found[3], yellow), `moved to the left half: ${found}`);
  assert.ok(isNear(found[1], red) && isNear(found[2], yellow), `moved to the left half: ${found}`);
});

test('a banner is a third as high as wide', async (t) => {
  const { page } = await signedIn(t);
  await openProfile(page);
  await change(page, photograph('Dune'), 'banner');
  const [width, height] = await page
    .locator('.person-banner img.picture-full')
    .evaluate(async (img) => (await img.decode(), [img.naturalWidth, img.naturalHeight]));
  assert.ok(Math.abs(width / height - 3) < 0.02, `${width} x ${height}`);
});

test('the photograph is seen before a byte of it has left', async (t) => {
  const { page } = await signedIn(t);
  await openProfile(page);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route('**/avatars/key_upload', async (route) => {
    await held;
    await route.continue();
  });
  await choose(page, jpegFile(await made('pictures.solid_jpeg(pictures.GREEN)')));
  await use(page);
  await page.locator('.person-avatar img[src^="blob:"]').waitFor();
  await page.locator('.bar-me img[src^="blob:"]').waitFor();
  await waitForPhase(page, 'preparing');
  release();
  await waitForPhase(page, 'ready');
  // Each place keeps the preview until the finished picture can take over.
  await page.waitForFunction(() => document.querySelector('img[src^="blob:"]') === null);
});

test('of two uploads, one right after the other, the second wins', async (t) => {
  const { page } = await signedIn(t);
  await openProfile(page);
  const [first, second] = await Promise.all(
    ['RED', 'BLUE'].map(async (name) => jpegFile(await made(`pictures.solid_jpeg(pictures.${name})`))),
  );
  await choose(page, first);
  await use(page);
  await choose(page, second);
  await use(page);
  await waitForPhase(page, 'ready');
  const [colour] = await colours(await bytesOf(await shownUrl(page.locator('.person-avatar .avatar'))), [[0.5, 0.5]]);
  assert.ok(isNear(colour, blue), String(colour));
});

test('by drop, by paste and by camera', async (t) => {
  const { page } = await signedIn(t);
  await openProfile(page);
  const bytes = [...(await made('pictures.jpeg(300, 300)'))];
  const send = (selector, type) =>
    page.evaluate(
      ([where, kind, data]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(data)], 'x.jpg', { type: 'image/jpeg' }));
        const event =
          kind === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true })
            : new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true });
        document.querySelector(where).dispatchEvent(event);
      },
      [selector, type, bytes],
    );
  await send('.change[data-kind=avatar]', 'drop');
  await page.getByRole('heading', { name: 'Frame it' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await send('body', 'paste');
  await page.getByRole('heading', { name: 'Frame it' }).waitFor();
  await page.getByRole('button', { name: 'Choose another one' }).click();
  await page.getByRole('button', { name: 'Take a photograph' }).click();
  await page.getByRole('button', { name: 'Take it' }).click();
  await use(page);
  await waitForPhase(page, 'ready');
});

test('a picture can be taken away, and the other window sees that too', async (t) => {
  const { context, page } = await signedIn(t);
  await openProfile(page);
  await change(page, jpegFile(await made('pictures.solid_jpeg(pictures.RED)')));
  const second = await openPage(t, context, `${node.gateway}/`);
  await page.getByRole('button', { name: 'Change photograph' }).click();
  await page.getByRole('button', { name: 'Remove the current one' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const isDrawn = () => !/\/[0-9a-f]{32}\./.test(document.querySelector('.activity img.picture-full, .person-avatar img.picture-full')?.currentSrc ?? '/');
  await page.waitForFunction(isDrawn);
  await second.waitForFunction(isDrawn);
});

test('what others are not offered: edit_only_your_own', async (t) => {
  const token = await node.token('ada');
  const { handle } = await node.ask(token, 'GET', '/api/profile');
  const { page } = await signedIn(t);
  await page.goto(`${node.gateway}/people/${handle}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  for (const name of ['Edit profile', 'Change photograph', 'Change banner', 'Post'])
    assert.equal(await page.getByRole('button', { name }).count(), 0, name);
});

test('a profile is edited, and an edit that another window overtook is not lost silently', async (t) => {
  const { page } = await signedIn(t);
  await openProfile(page);
  const edit = page.getByRole('button', { name: 'Edit profile' });
  await edit.click();
  await page.getByLabel('Display name').fill('Ada Lovelace');
  await page.getByLabel('About you').fill('Poet of science.');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'Ada Lovelace' }).waitFor();
  await page.getByText('Poet of science.').waitFor();

  await edit.click();
  const token = await node.token(node.credentials.person.sub);
  const now = await node.ask(token, 'GET', '/api/profile');
  const { handle, display_name } = now;
  await node.ask(token, 'PUT', '/api/profile', { handle, display_name, bio: 'From elsewhere.' }, { 'If-Match': now.etag });
  await page.getByLabel('Display name').fill('Countess');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Your profile was changed in another window.').waitFor();
  assert.equal(await page.getByLabel('About you').inputValue(), 'From elsewhere.');
  await page.getByLabel('Handle').fill('admin');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('[aria-invalid=true][name=handle]').waitFor();
});

test('in German for who asks for German, and in English by choice', async (t) => {
  const context = await someone(t, browser, { locale: 'de-DE' });
  const page = await openPage(t, context, node.gateway);
  await page.getByRole('heading', { level: 1, name: 'Neues' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
  await page.getByLabel('Sprache').selectOption('en');
  await page.getByRole('heading', { level: 1, name: 'Feed' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Feed' }).waitFor();
});

test('signing out ends it in all windows, and forgets what was chosen', async (t) => {
  const { context, page } = await signedIn(t);
  const second = await openPage(t, context, node.gateway);
  await openProfile(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  await second.getByRole('link', { name: 'Sign in' }).waitFor();
  await page.goto(`${node.gateway}/profile`);
  await page.getByRole('heading', { name: 'Good to see you' }).waitFor();
});

test('what is served: immutable files by content, and a page that is asked for again', async () => {
  const page = await fetch(node.gateway);
  assert.equal(page.headers.get('Cache-Control'), 'no-cache');
  const files = [...(await page.text()).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
  let bytes = 0;
  for (const path of files) {
    const response = await fetch(node.gateway + path, { headers: { 'Accept-Encoding': 'gzip' } });
    assert.match(response.headers.get('Cache-Control'), /immutable/);
    assert.equal(response.headers.get('Content-Encoding'), 'gzip');
    bytes += Number(response.headers.get('Content-Length'));
  }
  assert.ok(files.length >= 2);
  assert.ok(bytes > 0 && bytes < 150_000, `${bytes} bytes of gzip at first load`);
});
