// Requests to the gateway: the token, one refresh for all who need it, retries, problems as errors.

import {
  CancelledError,
  type ErrorDetails,
  LimitError,
  NetworkError,
  RefusedError,
  ServerError,
  SessionEndedError,
  TooLargeError,
  UnsupportedTypeError,
} from './errors.js';
import { pause, pauseMs, type RetryPolicy, throwIfCancelled } from './retry.js';
import type { Problem } from './types.js';

type MaybePromise<T> = T | Promise<T>;

export interface HttpOptions {
  /** The gateway. Default: the page's own origin. */
  baseUrl: string;
  /** The access token of this moment, or null. */
  getToken: () => MaybePromise<string | null>;
  /** Asked after a 401, once for all requests that got one; null: nobody is signed in any more. */
  refreshToken: (() => MaybePromise<string | null>) | undefined;
  fetch: typeof globalThis.fetch;
  retry: RetryPolicy;
}

export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  json?: unknown;
  signal?: AbortSignal | undefined;
  /** Send the token and refresh it; default true. */
  authorized?: boolean;
  /** Try again where nobody answered or the server was busy. Only for what may be done twice. */
  again?: boolean;
}

const kTooMany = 429;

/** The problem document of an answer that is none of success; empty if there is no such document. */
async function problemOf(response: Response): Promise<Problem> {
  try {
    return (await response.json()) as Problem;
  } catch {
    return {};
  }
}

function retryAfterS(response: Response): number {
  const seconds = Number(response.headers.get('Retry-After'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 1;
}

/** The error that an answer means. */
export function errorOf(response: Response, problem: Problem): Error {
  const details: ErrorDetails = { status: response.status };
  if (problem.detail !== undefined) details.detail = problem.detail;
  if (problem.request_id !== undefined) details.requestId = problem.request_id;
  const message = problem.detail ?? `The server answered ${response.status}.`;
  switch (response.status) {
    case 401:
      return new SessionEndedError('Sign in to go on.', details);
    case 413:
      return new TooLargeError(message, details);
    case 415:
      return new UnsupportedTypeError(message, details);
    case kTooMany:
      return new LimitError(message, retryAfterS(response), details);
    default:
      return response.status >= 500
        ? new ServerError(message, details)
        : new RefusedError(message, details);
  }
}

/** Asks the gateway. Safe to share. */
export class Http {
  #refreshing: Promise<string | null> | undefined;

  constructor(readonly options: HttpOptions) {}

  /** Waits for the refresh that is under way: a token that is being replaced is not sent. */
  async #token(): Promise<string | null> {
    return this.#refreshing ?? this.options.getToken();
  }

  /** Single flight: however many requests got a 401, the token is refreshed once. */
  #refresh(): Promise<string | null> {
    this.#refreshing ??= (async () => {
      try {
        return (await this.options.refreshToken?.()) ?? null;
      } finally {
        this.#refreshing = undefined;
      }
    })();
    return this.#refreshing;
  }

  async #send(path: string, ask: Ask, token: string | null): Promise<Response> {
    const headers: Record<string, string> = { ...ask.headers };
    if (token) headers['Authorization'] = `Bearer ${token}`;
    if (ask.json !== undefined) headers['Content-Type'] = 'application/json';
    const init: RequestInit = { method: ask.method ?? 'GET', headers };
    if (ask.json !== undefined) init.body = JSON.stringify(ask.json);
    if (ask.signal) init.signal = ask.signal;
    try {
      return await this.options.fetch(this.options.baseUrl + path, init);
    } catch (cause) {
      if (ask.signal?.aborted) throw new CancelledError('The request was cancelled.', { cause });
      throw new NetworkError('The server does not answer.', { cause });
    }
  }

  async #once(path: string, ask: Ask): Promise<Response> {
    if (ask.authorized === false) return this.#send(path, ask, null);
    const token = await this.#token();
    if (token !== null) {
      const response = await this.#send(path, ask, token);
      if (response.status !== 401) return response;
      // Somebody else's refresh may have ended while ours was on its way.
      const now = await this.#token();
      if (now !== null && now !== token) {
        const again = await this.#send(path, ask, now);
        if (again.status !== 401) return again;
      }
    }
    const fresh = await this.#refresh();
    if (fresh === null) throw new SessionEndedError('Your session has ended.', { status: 401 });
    return this.#send(path, ask, fresh);
  }

  /** The answer, whatever its status. NetworkError, SessionEndedError, CancelledError. */
  async raw(path: string, ask: Ask = {}): Promise<Response> {
    const { retry } = this.options;
    for (let attempt = 0; ; ++attempt) {
      throwIfCancelled(ask.signal);
      const isLast = !ask.again || attempt + 1 >= retry.attempts;
      try {
        const response = await this.#once(path, ask);
        if (response.status < 500 || isLast) return response;
        await response.body?.cancel();
        const wanted = 1000 * retryAfterS(response);
        await pause(Math.min(retry.pauseMsMax, Math.max(wanted, pauseMs(retry, attempt))), ask.signal);
      } catch (error) {
        if (!(error instanceof NetworkError) || isLast) throw error;
        await pause(pauseMs(retry, attempt), ask.signal);
      }
    }
  }

  /** The answer's document; undefined of a 204. Anything but success is thrown. */
  async json<T>(path: string, ask: Ask = {}): Promise<T> {
    const response = await this.raw(path, ask);
    if (!response.ok) throw errorOf(response, await problemOf(response));
    if (response.status === 204) return undefined as T;
    try {
      return (await response.json()) as T;
    } catch (cause) {
      throw new NetworkError('The answer was cut off.', { cause });
    }
  }

  /** The path of a URL of the gateway: the page may be open under another name than the public one. */
  pathOf(url: string): string {
    const parsed = new URL(url, 'http://gateway.invalid');
    return parsed.pathname + parsed.search;
  }
}
