// Trying again: what may be, how often, and after how long.

import { CancelledError } from './errors.js';

export interface RetryPolicy {
  /** How often something is tried in all. */
  attempts: number;
  /** The first pause is up to this long, each further one up to twice as long. */
  firstPauseMs: number;
  pauseMsMax: number;
}

export const defaultRetry: RetryPolicy = { attempts: 6, firstPauseMs: 400, pauseMsMax: 8000 };

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError('The upload was cancelled.');
}

/** A random half of the pause may be missing, so that not everybody comes back at the same moment. */
export function pauseMs(policy: RetryPolicy, attempt: number): number {
  const longest = Math.min(policy.pauseMsMax, policy.firstPauseMs * 2 ** attempt);
  return longest * (0.5 + Math.random() / 2);
}

/** Ends early when the browser finds its network again. Rejects with CancelledError. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  throwIfCancelled(signal);
  return new Promise((resolve, reject) => {
    const here = typeof window === 'undefined' ? undefined : window;
    const end = (settle: () => void) => {
      clearTimeout(timer);
      here?.removeEventListener('online', wake);
      signal?.removeEventListener('abort', cancel);
      settle();
    };
    const wake = () => end(resolve);
    const cancel = () => end(() => reject(new CancelledError('The upload was cancelled.')));
    const timer = setTimeout(wake, ms);
    here?.addEventListener('online', wake);
    signal?.addEventListener('abort', cancel);
  });
}
