// Debian's Chromium, and somebody in front of it.

import assert from 'node:assert/strict';
import axe from 'axe-core';
import { chromium } from 'playwright-core';

export const kExecutable = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** For whatever is waited for; a machine may be busy. */
export const kTimeoutMs = 20_000;

export async function launch() {
  // A process of root has no sandbox; nothing but our own pages is opened here.
  const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
  args.push('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream');
  return chromium.launch({ executablePath: kExecutable, args });
}

/** A browser of somebody, with cookies and storage of its own. Ends with the test. */
export async function someone(t, browser, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(kTimeoutMs);
  t.after(() => context.close());
  return context;
}

/** What must not happen on any page: a script that throws, and anything that the policy had to block. */
function watch(page) {
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedHTML|TrustedScript/.test(message.text())) page.faults.push(message.text());
  });
  return page;
}

export async function openPage(t, context, url) {
  const page = watch(await context.newPage());
  t.after(() => assert.deepEqual(page.faults, []));
  await page.goto(url);
  return page;
}

export async function signIn(page, node) {
  await page.goto(`${node.gateway}/sign_in`);
  await fillSignIn(page, node);
  await page.getByRole('link', { name: 'My profile' }).waitFor();
}

export async function fillSignIn(page, { credentials: { person } }) {
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.locator('form').getByRole('button', { name: 'Sign in' }).click();
}

/** One's own profile, as one gets there. */
export async function openProfile(page) {
  await page.getByRole('link', { name: 'My profile' }).first().click();
  await page.getByRole('button', { name: 'Edit profile' }).waitFor();
}

/** `file`: a path, or {name, mimeType, buffer}. The dialog stays open. */
export async function choose(page, file, kind = 'avatar') {
  const dialog = page.getByRole('dialog');
  if (!(await dialog.isVisible()))
    await page.getByRole('button', { name: kind === 'avatar' ? 'Change photograph' : 'Change banner' }).click();
  await dialog.locator('input[type=file]').setInputFiles(file);
}

export async function use(page) {
  await page.getByRole('button', { name: 'Use it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

export const jpegFile = (buffer, name = 'photo.jpg') => ({ name, mimeType: 'image/jpeg', buffer });

export const statusOf = (page, kind = 'avatar') => page.getByTestId(`status-${kind}`);

export async function waitForPhase(page, phase, kind = 'avatar') {
  await page.locator(`[data-testid=status-${kind}][data-phase=${phase}]`).waitFor();
}

/** The whole way of a picture in the app. */
export async function change(page, file, kind = 'avatar') {
  await choose(page, file, kind);
  await use(page);
  await waitForPhase(page, 'ready', kind);
}

/** What an avatar shows: the URL that the browser chose. */
export const shownUrl = (picture) => picture.locator('img.picture-full').evaluate((img) => img.currentSrc);

/** What axe finds on the page; it should be nothing. */
export async function faultsOf(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => ({ id, target, failureSummary })));
}
