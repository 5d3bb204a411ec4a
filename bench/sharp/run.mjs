// Runs one job with sharp and prints one line of JSON:
//
//   node run.mjs '{"task":"rate","input":FILE,"variants":[{"width":512,...}],"seconds":1,"lanes":2}'
//
// Input is a Buffer and output toBuffer(), as a server has them; no cache, as for pictures that are
// all different. Options that a variant does not name are sharp's defaults.
import { readFile, writeFile } from 'node:fs/promises';

import sharp from 'sharp';

sharp.cache(false);

const resized = (image, { width, height }) => image.resize({ width, height, fit: 'cover' });
const encoded = (image, { format, quality }) => image.toFormat(format, { quality });

/** One picture, all variants, each from the source: what clone() does with a Buffer, too. */
async function renderEach(data, variants) {
  for (const variant of variants) {
    await encoded(resized(sharp(data), variant), variant).toBuffer();
  }
}

/** The same by hand from the first variant, which has to be the largest. */
async function renderFromLargest(data, variants) {
  const [largest] = variants;
  const { data: pixels, info } = await resized(sharp(data), largest)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  for (const variant of variants) {
    const image = sharp(pixels, { raw });
    await encoded(variant === largest ? image : resized(image, variant), variant).toBuffer();
  }
}

/** Images per second of `lanes` loops side by side; `concurrency` 0 is sharp's default. */
async function rate({ input, variants, seconds, lanes, concurrency = 0, fromLargest = false }) {
  if (concurrency) sharp.concurrency(concurrency);
  const data = await readFile(input);
  const render = fromLargest ? renderFromLargest : renderEach;
  const lane = async () => {
    const began = performance.now();
    let images = 0;
    let took = 0;
    do {
      await render(data, variants);
      images += 1;
      took = (performance.now() - began) / 1000;
    } while (took < seconds);
    return images / took;
  };
  await render(data, variants); // Warm.
  const rates = await Promise.all(Array.from({ length: lanes }, lane));
  return { rate: rates.reduce((sum, each) => sum + each, 0) };
}

/** Files from files. */
async function render({ jobs }) {
  for (const { input, output, ...variant } of jobs) {
    await writeFile(output, await encoded(resized(sharp(input), variant), variant).toBuffer());
  }
  return {};
}

/** All inputs at once, from files; the most memory that this process ever had. */
async function memory({ inputs, variant }) {
  sharp.concurrency(1);
  const fieldKib = async (field) => {
    const status = await readFile('/proc/self/status', 'utf8');
    return Number(status.match(new RegExp(`^${field}:\\s+(\\d+)`, 'm'))[1]);
  };
  const idleKib = await fieldKib('VmRSS');
  await Promise.all(inputs.map((input) => encoded(resized(sharp(input), variant), variant).toBuffer()));
  return { idle_mib: idleKib / 1024, peak_mib: (await fieldKib('VmHWM')) / 1024 };
}

const tasks = { rate, render, memory, version: async () => sharp.versions };
const job = JSON.parse(process.argv[2]);
console.log(JSON.stringify(await tasks[job.task](job)));
