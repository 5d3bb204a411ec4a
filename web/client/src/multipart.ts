// A large file in parts, a few at a time; what has arrived is not sent again.

import { NetworkError, ServerError, StorageError } from './errors.js';
import type { Http } from './http.js';
import { pause, pauseMs } from './retry.js';
import { type Send, xmlText } from './transfer.js';
import type { SignedPart, Slot } from './types.js';

const kAtOnce = 3;

type MultipartSlot = Extract<Slot, { method: 'MULTIPART' }>;

export interface PartsOptions {
  /** Bytes of the whole file that have left. */
  onSent: (bytes: number) => void;
  signal: AbortSignal | undefined;
}

interface Arrived {
  parts: { PartNumber: number; Size: number }[];
}

async function sendPart(http: Http, send: Send, part: SignedPart, body: Blob, options: PartsOptions): Promise<void> {
  const { retry } = http.options;
  for (let attempt = 0; ; ++attempt) {
    let trouble: Error;
    try {
      const { url, headers } = part;
      const sent = await send({ method: 'PUT', url, headers, body, onSent: options.onSent, signal: options.signal });
      if (sent.status >= 200 && sent.status < 300) return;
      const message = xmlText(sent.text, 'Message') || `The storage answered ${sent.status}.`;
      if (sent.status < 500) throw new StorageError(message, { status: sent.status, detail: message });
      trouble = new ServerError(message, { status: sent.status });
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      trouble = error;
    }
    if (attempt + 1 >= retry.attempts) throw trouble;
    await pause(pauseMs(retry, attempt), options.signal);
  }
}

/** Sends what is missing and completes the upload. NetworkError, ServerError and StorageError may be tried again. */
export async function sendParts(
  http: Http,
  send: Send,
  slot: MultipartSlot,
  file: Blob,
  options: PartsOptions,
): Promise<void> {
  const { signal } = options;
  const path = http.pathOf(slot.parts_url);
  const arrived = await http.json<Arrived>(path, { again: true, signal });
  const sent = new Map(arrived.parts.map((part) => [part.PartNumber, part.Size]));
  const numbers = Array.from({ length: slot.part_count }, (_, i) => i + 1).filter((n) => !sent.has(n));
  const tell = () => options.onSent([...sent.values()].reduce((sum, size) => sum + size, 0));

  const takeNext = async (): Promise<void> => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
      const current = number;
      const begin = (current - 1) * slot.part_size;
      const { parts } = await http.json<{ parts: SignedPart[] }>(path, {
        method: 'POST',
        json: { numbers: [current] },
        again: true,
        signal,
      });
      const part = parts[0];
      if (!part) throw new ServerError('The server signed no part.');
      const onSent = (bytes: number) => {
        sent.set(current, bytes);
        tell();
      };
      await sendPart(http, send, part, file.slice(begin, begin + part.size), { onSent, signal });
      onSent(part.size);
    }
  };
  await Promise.all(Array.from({ length: kAtOnce }, takeNext));
  await http.json(http.pathOf(slot.complete_url), { method: 'POST', json: {}, again: true, signal });
}
