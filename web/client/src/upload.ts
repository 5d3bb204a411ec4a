// The way of a file: slot ──▶ bucket ──▶ news ──▶ manifest. What can be tried again is, each with its reason.

import {
  CancelledError,
  EmptyFileError,
  NetworkError,
  ProcessingError,
  ServerError,
  SlotExpiredError,
  StorageError,
  TooLargeError,
  TooManyPixelsError,
} from './errors.js';
import { follow, isFinal, statusNow } from './follow.js';
import type { Http } from './http.js';
import { sendParts } from './multipart.js';
import { pause, pauseMs, throwIfCancelled } from './retry.js';
import { type Send, type Sent, xmlText } from './transfer.js';
import type { Manifest, Slot, UploadStatus, Variant } from './types.js';

/** How far an upload is. `retrying`: nobody answered, and it is tried again by itself. */
export type UploadPhase = 'preparing' | 'sending' | 'retrying' | 'received' | 'processing' | 'ready';

export interface UploadEvent {
  phase: UploadPhase;
  /** Of the slot, once there is one. */
  uploadId?: string;
}

export interface UploadOptions {
  /** The kind of upload, as the stack file calls it. */
  collection: string;
  /** 0 to 1 of the bytes sent. */
  onProgress?: (part: number) => void;
  onStatus?: (event: UploadEvent) => void;
  /** Aborting it cancels the upload, at the server too. */
  signal?: AbortSignal;
  /** How to send, where the collection takes several ways; its first without. */
  method?: 'PUT' | 'POST' | 'multipart';
}

export type UploadResult =
  | { state: 'ready'; uploadId: string; key: string; manifest: Manifest }
  /** A newer upload was first: its picture is the current one, not this. */
  | { state: 'superseded'; uploadId: string; key: string };

/** How many slots one upload may use: a slow line can outlive a slot. */
const kSlotsMax = 3;

/** What of a Blob's name and type the server is told. Systems that know no type of HEIC leave it empty. */
function wishOf(file: Blob, method: UploadOptions['method']): Record<string, unknown> {
  const name = 'name' in file && typeof file.name === 'string' ? file.name : '';
  const extension = /\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1]?.toLowerCase();
  const kind = file.type || !extension ? { content_type: file.type } : { extension };
  return { ...kind, size: file.size, ...(method ? { method } : {}) };
}

/** Unique enough to say "this very request again". */
function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The assets of a finished upload, by variant. */
export function manifestOf(status: UploadStatus): Manifest {
  const variants = new Map<string, Variant & { assets: Variant['assets'][number][] }>();
  for (const { name, ...asset } of status.assets ?? []) {
    const variant = variants.get(name) ?? { name, assets: [] };
    variants.set(name, variant);
    variant.assets.push(asset);
  }
  return { is_default: false, variants: [...variants.values()] };
}

function failureOf(status: UploadStatus): Error {
  const reason = status.reason ?? 'internal';
  const message = status.detail ?? 'The file could not become a picture.';
  const details = status.detail === undefined ? {} : { detail: status.detail };
  if (reason === 'expired') return new SlotExpiredError('The right to upload expired.', details);
  if (reason === 'cancelled') return new CancelledError('The upload was cancelled.', details);
  if (reason === 'too_large' || reason === 'too_many_pixels')
    return new TooManyPixelsError(message, details);
  return new ProcessingError(message, reason, details);
}

/** One upload. */
export class Upload {
  #slot: Slot | undefined;

  constructor(
    readonly http: Http,
    readonly send: Send,
    readonly file: Blob,
    readonly options: UploadOptions,
  ) {}

  async run(): Promise<UploadResult> {
    if (this.file.size === 0) throw new EmptyFileError('The file is empty.');
    try {
      return await this.#run();
    } catch (error) {
      if (error instanceof CancelledError) this.#tellServer();
      throw error;
    }
  }

  async #run(): Promise<UploadResult> {
    for (let slots = 1; ; ++slots) {
      const slot = await this.#open();
      try {
        await this.#fill(slot);
        return await this.#outcome(slot);
      } catch (error) {
        if (!(error instanceof SlotExpiredError) || slots === kSlotsMax) throw error;
        this.#tell('retrying');
      }
    }
  }

  #tell(phase: UploadPhase): void {
    const event: UploadEvent = { phase };
    if (this.#slot) event.uploadId = this.#slot.upload_id;
    this.options.onStatus?.(event);
  }

  async #open(): Promise<Slot> {
    this.#slot = undefined;
    this.#tell('preparing');
    this.#slot = await this.http.json<Slot>(`/${this.options.collection}/key_upload`, {
      method: 'POST',
      json: wishOf(this.file, this.options.method),
      headers: { 'Idempotency-Key': idempotencyKey() },
      again: true, // The key makes the second request the first one.
      signal: this.options.signal,
    });
    return this.#slot;
  }

  #path(slot: Slot): string {
    return this.http.pathOf(slot.status_url);
  }

  #progress = (bytes: number): void => {
    this.options.onProgress?.(Math.min(1, bytes / this.file.size));
  };

  /** Until the bucket has it, whichever answer was lost on the way. */
  async #fill(slot: Slot): Promise<void> {
    const { retry } = this.http.options;
    for (let attempt = 0; ; ++attempt) {
      throwIfCancelled(this.options.signal);
      this.#tell(attempt === 0 ? 'sending' : 'retrying');
      const trouble = await this.#try(slot);
      if (!trouble) return;
      this.#tell('retrying');
      // The answer may have been lost, and not the file; only the server knows.
      if (!(await this.#isWaiting(slot))) return;
      if (Date.parse(slot.expires_at) <= Date.now())
        throw new SlotExpiredError('The right to upload expired.', { cause: trouble });
      const mayHelp = trouble instanceof NetworkError || trouble instanceof ServerError;
      if (!mayHelp || attempt + 1 >= retry.attempts) throw trouble;
      await pause(pauseMs(retry, attempt), this.options.signal);
    }
  }

  /** Undefined if the bucket took it. */
  async #try(slot: Slot): Promise<Error | undefined> {
    const { signal } = this.options;
    try {
      if (slot.method === 'MULTIPART') {
        await sendParts(this.http, this.send, slot, this.file, { onSent: this.#progress, signal });
        return undefined;
      }
      return troubleOf(await this.send({ ...this.#request(slot), onSent: this.#progress, signal }));
    } catch (error) {
      if (error instanceof NetworkError || error instanceof ServerError) return error;
      if (error instanceof StorageError || error instanceof SlotExpiredError) return error;
      throw error;
    }
  }

  #request(slot: Exclude<Slot, { method: 'MULTIPART' }>) {
    if (slot.method === 'PUT')
      return { method: slot.method, url: slot.url, headers: slot.headers, body: this.file };
    const form = new FormData();
    for (const [name, value] of Object.entries(slot.fields)) form.append(name, value);
    form.append('file', this.file);
    return { method: slot.method, url: slot.url, body: form };
  }

  /** False: it has arrived. Throws what the server says has become of it. */
  async #isWaiting(slot: Slot): Promise<boolean> {
    const status = await statusNow(this.http, this.#path(slot), this.options.signal);
    if (status.state === 'failed') throw failureOf(status);
    return status.state === 'waiting';
  }

  async #outcome(slot: Slot): Promise<UploadResult> {
    const status = await follow(this.http, this.#path(slot), {
      signal: this.options.signal,
      onStatus: ({ state }) => {
        if (state === 'received' || state === 'processing' || state === 'ready') this.#tell(state);
      },
    });
    if (!isFinal(status) || status.state === 'failed') throw failureOf(status);
    const common = { uploadId: slot.upload_id, key: slot.key };
    if (status.state === 'superseded') return { state: 'superseded', ...common };
    return { state: 'ready', ...common, manifest: manifestOf(status) };
  }

  /** Nobody waits for it: the slot expires anyway. */
  #tellServer(): void {
    if (!this.#slot) return;
    this.http.raw(this.#path(this.#slot), { method: 'DELETE' }).catch(() => undefined);
  }
}

/** What an answer of S3 means; undefined if it is success. */
function troubleOf({ status, text }: Sent): Error | undefined {
  if (status >= 200 && status < 300) return undefined;
  const code = xmlText(text, 'Code');
  const message = xmlText(text, 'Message') || `The storage answered ${status}.`;
  const details = { status, detail: message };
  if (code === 'EntityTooLarge') throw new TooLargeError(message, details);
  if (/^Request has expired/i.test(message)) return new SlotExpiredError(message, details);
  // What was damaged or late on its way may arrive the next time.
  if (status >= 500 || ['BadDigest', 'IncompleteBody', 'RequestTimeout', 'SlowDown'].includes(code))
    return new ServerError(message, details);
  return new StorageError(message, details);
}
