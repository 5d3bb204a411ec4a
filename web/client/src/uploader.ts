// One picture of one collection, of which the newest choice wins: a store to draw from, without a framework.

import type { Client } from './client.js';
import { CancelledError, TintypeError } from './errors.js';
import type { UploadPhase, UploadResult } from './upload.js';

export interface UploadView {
  /** `idle` before anything and after a cancel, `failed` with an `error`, else how far it is. */
  readonly phase: UploadPhase | 'idle' | 'failed';
  /** 0 to 1 of the bytes sent. */
  readonly progress: number;
  readonly error?: TintypeError;
  readonly result?: UploadResult;
}

const kIdle: UploadView = { phase: 'idle', progress: 0 };

export class Uploader {
  #view: UploadView = kIdle;
  #running: AbortController | undefined;
  #chosen: Blob | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(
    readonly client: Client,
    readonly collection: string,
  ) {}

  /** The same object until something changes. */
  readonly getView = (): UploadView => this.#view;

  /** Returns how to stop listening. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Begins; whatever was on its way is cancelled. Undefined: it failed, or a newer choice won. */
  readonly upload = async (file: Blob): Promise<UploadResult | undefined> => {
    this.#running?.abort();
    const mine = new AbortController();
    this.#running = mine;
    this.#chosen = file;
    const show = (change: Partial<UploadView>) => {
      if (this.#running === mine) this.#show({ ...this.#view, ...change });
    };
    this.#show({ ...kIdle, phase: 'preparing' });
    try {
      const result = await this.client.upload(file, {
        collection: this.collection,
        signal: mine.signal,
        onProgress: (progress) => show({ progress }),
        // `ready` is shown together with its result.
        onStatus: ({ phase }) => phase !== 'ready' && show({ phase }),
      });
      if (this.#running !== mine) return undefined;
      this.#chosen = undefined;
      show({ phase: 'ready', progress: 1, result });
      return result;
    } catch (error) {
      if (!(error instanceof TintypeError)) throw error; // A fault of the program, not of the upload.
      if (this.#running === mine) this.#show(error instanceof CancelledError ? kIdle : { ...kIdle, phase: 'failed', error });
      return undefined;
    }
  };

  /** The same file again, after a failure. */
  readonly retry = async (): Promise<UploadResult | undefined> => {
    return this.#chosen ? this.upload(this.#chosen) : undefined;
  };

  readonly cancel = (): void => this.#running?.abort();

  /** Forgets file, error and result. */
  readonly reset = (): void => {
    this.cancel();
    this.#running = undefined;
    this.#chosen = undefined;
    this.#show(kIdle);
  };

  #show(view: UploadView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}
