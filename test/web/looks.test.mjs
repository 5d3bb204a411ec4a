// Each page in light, dark and on a phone: axe finds nothing, nothing moves, and a picture of it to look at.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { change, choose, faultsOf, jpegFile, launch, openPage, openProfile, signIn, someone, statusOf } from './support/browser.mjs';
import { Node, root } from './support/node.mjs';
import { photograph, photographBytes } from './support/pictures.mjs';

const output = process.env.SCREENSHOTS ?? join(root, 'build/screenshots');
const kLooks = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  german: { colorScheme: 'dark', locale: 'de-DE', viewport: { width: 390, height: 844 } },
};

let node;
let browser;
before(async () => {
  [node, browser] = await Promise.all([Node.start(), launch(), mkdir(output, { recursive: true })]);
  await populate();
});
after(async () => {
  await browser.close();
  await node.stop();
});

async function upload(token, collection, name) {
  const bytes = await photographBytes(name);
  const slot = await node.ask(token, 'POST', `/${collection}/key_upload`, { content_type: 'image/jpeg', size: bytes.length });
  assert.equal((await fetch(slot.url, { method: 'PUT', headers: slot.headers, body: bytes })).status, 200);
  const stream = await fetch(slot.status_url, { headers: { Accept: 'text/event-stream' } });
  assert.match(await stream.text(), /"ready"/);
}

async function populate() {
  const people = [
    { sub: 'mira', display_name: 'Mira Holm', bio: 'Walks along the coast with an old camera and too little film.', avatar: 'YellowFlower', banner: 'Storm', tells: ['Three plates from this morning. The second one is a keeper.', 'Rain all day. The colours are worth it.'] },
    { sub: 'jonas', display_name: 'Jonas Adler', bio: 'Wood, light, patience.', avatar: 'Wood', banner: 'Garden', tells: ['The bench is done. Forty hours, one scratch, and I know where.'] },
    { sub: 'noor', display_name: 'Noor', bio: '', tells: ['First day here. Hello, everybody!'] },
    { sub: 'demo', display_name: 'Elin Sand', bio: 'Small things, seen up close.\nGrowing more plants than the windows have room for.', tells: ['Somebody moved in between the leaves.'] },
  ];
  for (const { sub, display_name, bio, avatar, banner, tells } of people) {
    const token = await node.token(sub);
    const { etag } = await node.ask(token, 'GET', '/api/profile');
    const handle = display_name.split(' ')[0].toLowerCase();
    await node.ask(token, 'PUT', '/api/profile', { handle, display_name, bio }, { 'If-Match': etag });
    if (avatar) await upload(token, 'avatars', avatar);
    if (banner) await upload(token, 'banners', banner);
    for (const text of tells) await node.ask(token, 'POST', '/api/activities', { text });
  }
}

/** Everything on the page has come, and stands still. */
async function settle(page) {
  await page.waitForFunction(() =>
    [...document.images].every((img) => img.complete || img.loading === 'lazy') && !document.querySelector('[aria-busy=true]'),
  );
  await page.evaluate(() => Promise.all([...document.images].map((img) => img.decode().catch(() => undefined))));
}

for (const [look, options] of Object.entries(kLooks)) {
  test(`all pages in ${look}`, async (t) => {
    const context = await someone(t, browser, { ...options, locale: options.locale ?? 'en-GB' });
    // What moves without somebody having touched anything: Cumulative Layout Shift.
    await context.addInitScript(() => {
      globalThis.moved = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.moved += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    const page = await openPage(t, context, node.gateway);
    const show = async (name, ready) => {
      await page.locator(ready).first().waitFor();
      await settle(page);
      await page.screenshot({ path: join(output, `${name}_${look}.png`) });
      assert.deepEqual(await faultsOf(page), [], name);
      assert.ok((await page.evaluate(() => globalThis.moved)) < 0.02, `${name} moves`);
    };
    await show('feed_signed_out', '.activity');
    await page.goto(`${node.gateway}/sign_up`);
    await show('sign_up', 'form');
    await page.goto(`${node.gateway}/people/mira`);
    await show('person', '.person-name');
    await page.goto(`${node.gateway}/people/nobody`);
    await show('nobody', '.empty h1');
    if (options.locale) return; // The rest is the same in every language.

    await signIn(page, node);
    if (look === 'light') {
      await openProfile(page);
      await change(page, photograph('LadyBird'));
      await change(page, photograph('GreenMeadow'), 'banner');
    }
    await page.getByRole('link', { name: 'Tintype' }).click();
    await show('feed', '.activity');
    await openProfile(page);
    await show('profile', '.person-name');
    await page.getByRole('button', { name: 'Edit profile' }).click();
    await show('edit', 'dialog[open] form');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Change photograph' }).click();
    await show('choose', 'dialog[open] .choose');
    await choose(page, photograph('TwoWings'));
    await page.locator('.editor input').first().waitFor();
    await show('frame', '.editor');
    await page.keyboard.press('Escape');
    await choose(page, { name: 'x.heic', mimeType: 'image/heic', buffer: Buffer.from('\0\0\0\x18ftypheic and then nonsense') });
    await statusOf(page).getByRole('alert').waitFor();
    await show('failed', '.status[data-phase=failed]');
  });
}

test('nothing is wider than the narrowest phone', async (t) => {
  const context = await someone(t, browser, { viewport: { width: 320, height: 640 } });
  const page = await openPage(t, context, node.gateway);
  for (const path of ['/', '/sign_up', '/people/mira']) {
    await page.goto(node.gateway + path);
    await settle(page);
    const [inside, outside] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(inside <= outside, `${path}: ${inside} of ${outside}`);
  }
});
