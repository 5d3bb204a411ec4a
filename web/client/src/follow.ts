// What becomes of an upload: its event stream, again if it breaks, and asking now and then where streams do not get through.

import { CancelledError, NetworkError, NoNewsError, ServerError } from './errors.js';
import { eventsOf } from './events.js';
import type { Http } from './http.js';
import { pause, pauseMs, type RetryPolicy, throwIfCancelled } from './retry.js';
import type { UploadStatus } from './types.js';

/** The server says something every 15 seconds, if only a comment. A stream quiet for longer is dead. */
const kQuietMsMax = 40_000;
/** Streams that broke without a word, after which the client asks instead. */
const kStreamsBroken = 2;
/** A restart of the server takes a while; the file is safe meanwhile. */
const kPatience: RetryPolicy = { attempts: 20, firstPauseMs: 300, pauseMsMax: 5000 };

const kFinal = new Set(['ready', 'failed', 'superseded']);
export const isFinal = (status: UploadStatus): boolean => kFinal.has(status.state);

/** The state of this moment. */
export function statusNow(http: Http, path: string, signal?: AbortSignal): Promise<UploadStatus> {
  return http.json<UploadStatus>(path, { authorized: false, again: true, signal });
}

/** Ends what it is given when nothing comes for too long, and with `outer`. */
class Watch {
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #end = () => this.#controller.abort();

  constructor(readonly outer: AbortSignal | undefined) {
    outer?.addEventListener('abort', this.#end);
    if (outer?.aborted) this.#end();
    this.heard();
  }
  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#end, kQuietMsMax);
  }
  end(): void {
    clearTimeout(this.#timer);
    this.outer?.removeEventListener('abort', this.#end);
    this.#end();
  }
}

/** Tells when bytes pass. */
function heardBy(watch: Watch): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform(chunk, controller) {
      watch.heard();
      controller.enqueue(chunk);
    },
  });
}

export interface Follow {
  onStatus: (status: UploadStatus) => void;
  signal: AbortSignal | undefined;
}

/** One stream; its last status if that is final, else undefined: it broke. */
async function stream(http: Http, path: string, follow: Follow): Promise<UploadStatus | undefined> {
  const watch = new Watch(follow.signal);
  try {
    const response = await http.raw(path, {
      authorized: false,
      headers: { Accept: 'text/event-stream' },
      signal: watch.signal,
    });
    if (response.status === 404) throw new NoNewsError('The server does not know this upload any more.');
    if (!response.ok || !response.body) return undefined;
    for await (const data of eventsOf(response.body.pipeThrough(heardBy(watch)), 'status')) {
      const status = JSON.parse(data) as UploadStatus;
      follow.onStatus(status);
      if (isFinal(status)) return status;
    }
    return undefined;
  } catch (error) {
    if (error instanceof NoNewsError) throw error;
    return undefined;
  } finally {
    watch.end();
  }
}

/** The final status. NoNewsError after a long silence, CancelledError. */
export async function follow(http: Http, path: string, options: Follow): Promise<UploadStatus> {
  let silent = 0;
  let heard = false;
  const hear = (status: UploadStatus) => {
    heard = true;
    options.onStatus(status);
  };
  for (let broken = 0; silent < kPatience.attempts; ) {
    throwIfCancelled(options.signal);
    heard = false;
    let last: UploadStatus | undefined;
    if (broken < kStreamsBroken) {
      last = await stream(http, path, { ...options, onStatus: hear });
      if (!heard) ++broken;
    } else {
      last = await ask(http, path, options, hear);
    }
    if (last && isFinal(last)) return last;
    silent = heard ? 0 : silent + 1;
    throwIfCancelled(options.signal);
    // Who asks instead of listening leaves the server some rest.
    const rest = broken < kStreamsBroken ? silent : Math.max(silent, 2);
    await pause(pauseMs(kPatience, rest), options.signal);
  }
  throw new NoNewsError('The file has arrived, and there is no news of it.');
}

async function ask(http: Http, path: string, options: Follow, hear: (status: UploadStatus) => void) {
  try {
    const status = await http.json<UploadStatus>(path, { authorized: false, signal: options.signal });
    hear(status);
    return status;
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    if (error instanceof NetworkError || error instanceof ServerError) return undefined;
    throw new NoNewsError('The server does not know this upload any more.', { cause: error });
  }
}
