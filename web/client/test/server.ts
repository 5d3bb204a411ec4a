// A Tintype that does what a test says: each request is answered by the first rule that takes it.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}
export type Answer = (response: ServerResponse, seen: Seen) => void;

export const json =
  (document: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(document));
  };
export const problem = (status: number, code: string, headers: Record<string, string> = {}): Answer =>
  json({ status, code, detail: `It is ${code}.`, request_id: 'r1' }, status, headers);
export const s3Error =
  (status: number, code: string, message: string): Answer =>
  (response) => {
    response.writeHead(status).end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  };
export const empty: Answer = (response) => void response.writeHead(200, { ETag: '"e"' }).end();
/** The connection ends without a word. */
export const cut: Answer = (response) => void response.socket?.destroy();
/** Events as the gateway sends them; `end` false: and then silence. */
export const events =
  (statuses: unknown[], end = true): Answer =>
  (response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(': hello\n\n');
    for (const status of statuses) response.write(`event: status\ndata: ${JSON.stringify(status)}\n\n`);
    if (end) response.end();
  };

export class Server {
  readonly seen: Seen[] = [];
  readonly #rules = new Map<string, Answer[]>();
  readonly #server = createServer((request, response) => void this.#take(request, response));
  url = '';

  static async start(): Promise<Server> {
    const server = new Server();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    server.url = `http://127.0.0.1:${(server.#server.address() as AddressInfo).port}`;
    return server;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** In this order; the last one again and again. "GET /x" by its Accept too: "STREAM /x". */
  on(what: string, ...answers: Answer[]): this {
    this.#rules.set(what, answers);
    return this;
  }

  count(what: string): number {
    return this.seen.filter(({ method, path }) => `${method} ${path}` === what).length;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const isStream = request.headers.accept === 'text/event-stream';
    const path = request.url ?? '';
    const seen = { method: isStream ? 'STREAM' : (request.method ?? ''), path, headers: request.headers, body };
    this.seen.push(seen);
    const answers = this.#rules.get(`${seen.method} ${path}`) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    (answer ?? problem(404, 'not_found'))(response, seen);
  }
}
