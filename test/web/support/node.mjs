// The program under test: a real process on free loopback ports, in a folder of its own.

import { spawn, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const program = process.env.TINTYPE_PROGRAM ?? join(root, 'build/release/tintype');
const run = promisify(execFile);
const kListeners = ['gateway', 'edge', 's3', 'ops'];

export class Node {
  #folder;
  #process;
  #addresses = {};

  /** `config`: the text of a stack file; without, the built-in stack. */
  static async start({ config } = {}) {
    const node = new Node();
    node.#folder = await mkdtemp(join(tmpdir(), 'tintype-web-'));
    node.data = join(node.#folder, 'data');
    if (config) {
      node.config = join(node.#folder, 'tintype.toml');
      await writeFile(node.config, config);
    }
    await node.#launch();
    node.credentials = JSON.parse(await readFile(join(node.data, 'credentials.json'), 'utf8'));
    return node;
  }

  /** On the ports of before, if there was a before. */
  async #launch() {
    const args = ['serve', '--data', this.data];
    for (const name of kListeners) args.push(`--${name}`, this.#addresses[name] ?? '127.0.0.1:0');
    if (this.config) args.push('--config', this.config);
    const log = await open(join(this.#folder, 'log'), 'a');
    this.#process = spawn(program, args, { cwd: this.#folder, stdio: ['ignore', 'pipe', log.fd] });
    await log.close();
    const [line] = await Promise.race([
      once(createInterface({ input: this.#process.stdout }), 'line'),
      once(this.#process, 'exit').then(async ([code]) => {
        throw new Error(`the node ended with ${code}:\n${await this.log()}`);
      }),
    ]);
    const ready = JSON.parse(line);
    for (const name of kListeners) {
      this[name] = ready[name];
      this.#addresses[name] = new URL(ready[name]).host.replace('localhost', '127.0.0.1');
    }
  }

  async #end(signal) {
    const ended = once(this.#process, 'exit');
    this.#process.kill(signal);
    await ended;
  }

  /** The plug is pulled; start() again with restart(). */
  kill = () => this.#end('SIGKILL');
  restart = () => this.#launch();

  async stop() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.#end('SIGTERM');
    await rm(this.#folder, { recursive: true, force: true });
  }

  log = () => readFile(join(this.#folder, 'log'), 'utf8');

  async token(sub) {
    const { stdout } = await run(program, ['token', '--data', this.data, '--sub', sub]);
    return stdout.trim();
  }

  /** A request of somebody to the gateway; its document. */
  async ask(token, method, path, body, headers = {}) {
    const response = await fetch(this.gateway + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : { etag: response.headers.get('ETag'), ...(await response.json()) };
  }
}
