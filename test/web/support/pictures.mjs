// Photographs: of Debian's package mate-backgrounds, and made ones whose colours say where they are.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './node.mjs';

const run = promisify(execFile);
const folder = '/usr/share/backgrounds/mate/nature';

export const photograph = (name) => join(folder, `${name}.jpg`);
export const photographBytes = (name) => readFile(photograph(name));

/** What a Python expression over test/support/pictures.py gives: `pictures.jpeg(400, 300)`. */
export async function made(expression) {
  const script = `import sys; sys.path.insert(0, ${JSON.stringify(join(root, 'test'))})
from support import pictures
sys.stdout.buffer.write(${expression})`;
  const { stdout } = await run('/usr/bin/python3', ['-c', script], {
    encoding: 'buffer',
    maxBuffer: 64 << 20,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  return stdout;
}

/** The colours of a picture at relative places: [[0.1, 0.1], ...] to [[r, g, b], ...]. */
export async function colours(bytes, places) {
  const script = `import io, json, sys
from PIL import Image
picture = Image.open(io.BytesIO(sys.stdin.buffer.read())).convert("RGB")
at = lambda x, y: picture.getpixel((int(x * picture.width), int(y * picture.height)))
print(json.dumps([at(x, y) for x, y in ${JSON.stringify(places)}]))`;
  const done = run('/usr/bin/python3', ['-c', script]);
  done.child.stdin.end(bytes);
  return JSON.parse((await done).stdout);
}

// As in test/support/pictures.py.
export const red = [220, 30, 30];
export const green = [30, 180, 60];
export const blue = [40, 60, 220];
export const yellow = [230, 220, 40];

export const isNear = (a, b, tolerance = 40) => a.every((value, i) => Math.abs(value - b[i]) <= tolerance);
