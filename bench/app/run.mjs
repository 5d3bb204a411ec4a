// One run of the app in Chromium: Lighthouse on a profile, and how long a photograph takes. Prints one JSON object.
//
//   node run.mjs PHOTOGRAPH ROUNDS KEEP     KEEP: where the bytes that the page sent are left

import { writeFile } from 'node:fs/promises';
import { launch as launchChrome } from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';
import { change, choose, kExecutable, launch, openProfile, signIn, use, waitForPhase } from '../../test/web/support/browser.mjs';
import { Node } from '../../test/web/support/node.mjs';

const [photograph, rounds, keep] = process.argv.slice(2);
const kCategories = ['performance', 'accessibility', 'best-practices'];

/** When the photograph was first drawn, counted from the moment in which the browser handed over the file. */
async function choiceToPreview(page) {
  await page.bringToFront();
  await page.getByRole('button', { name: 'Change photograph' }).click();
  await page.evaluate(() => {
    globalThis.previewed = new Promise((resolve) => {
      const input = document.querySelector('dialog input[type=file]');
      input.addEventListener('change', () => {
        const chosen = performance.now();
        const look = () => {
          const shown = document.querySelector('.editor-area img');
          const isThere = shown?.complete && shown.naturalWidth > 0 && shown.getBoundingClientRect().width > 0;
          if (!isThere) return requestAnimationFrame(look);
          // Its decoding is synchronous: the frame after the one with it begins when that has been painted.
          return requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - chosen)));
        };
        requestAnimationFrame(look);
      });
    });
  });
  await choose(page, photograph);
  return page.evaluate(() => globalThis.previewed);
}

/** From the choice of the frame to the new picture having been loaded in another window. */
async function choiceToEverywhere(page, other) {
  await other.evaluate(() => {
    const before = document.querySelector('.bar-me img.picture-full').currentSrc;
    globalThis.changed = new Promise((resolve) => {
      // No frames are counted: a window behind another one has few.
      const take = ({ target }) => {
        if (!target.matches('.bar-me img.picture-full') || target.currentSrc === before) return;
        document.removeEventListener('load', take, true);
        resolve(performance.timeOrigin + performance.now());
      };
      document.addEventListener('load', take, true);
    });
  });
  await page.evaluate(() => {
    document.querySelector('.editor .button-main').addEventListener(
      'click',
      () => {
        globalThis.used = performance.timeOrigin + performance.now();
      },
      { capture: true },
    );
  });
  await use(page);
  const changed = await other.evaluate(() => globalThis.changed);
  await waitForPhase(page, 'ready');
  return changed - (await page.evaluate(() => globalThis.used));
}

async function photographs(node, browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-GB' });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const { send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.send = function (body) {
      globalThis.sent = body;
      return send.call(this, body);
    };
  });
  await signIn(page, node);
  const other = await context.newPage();
  await other.goto(node.gateway);
  await other.locator('.bar-me img.picture-full').waitFor();
  await openProfile(page);
  await change(page, photograph);
  const previews = [];
  const everywhere = [];
  for (let round = 0; round < Number(rounds); ++round) {
    previews.push(await choiceToPreview(page));
    // Another frame each time: the same bytes would be the same picture.
    for (let turn = 0; turn <= round % 2; ++turn) await page.getByRole('button', { name: 'Turn right' }).click();
    everywhere.push(await choiceToEverywhere(page, other));
  }
  await writeFile(keep, Buffer.from(await page.evaluate(async () => [...new Uint8Array(await globalThis.sent.arrayBuffer())])));
  const handle = (await page.locator('.person-words .quiet').textContent()).match(/@(\w+)/)[1];
  await change(page, photograph, 'banner');
  await context.close();
  return { previews, everywhere, handle };
}

/** The scores of a profile for who has never been here, 0 to 100. */
async function audit(url, config) {
  const chromeFlags = ['--headless=new', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])];
  const chrome = await launchChrome({ chromePath: kExecutable, chromeFlags });
  try {
    const { lhr } = await lighthouse(url, { port: chrome.port, onlyCategories: kCategories, logLevel: 'error' }, config);
    return Object.fromEntries(kCategories.map((name) => [name, 100 * lhr.categories[name].score]));
  } finally {
    chrome.kill();
  }
}

const node = await Node.start();
const browser = await launch();
let times;
try {
  times = await photographs(node, browser);
} finally {
  await browser.close();
}
const url = `${node.gateway}/people/${times.handle}`;
const scores = { phone: await audit(url), desktop: await audit(url, desktopConfig) };
console.log(JSON.stringify({ previews: times.previews, everywhere: times.everywhere, scores }));
await node.stop();
