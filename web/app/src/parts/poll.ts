import { useEffect } from 'react';

/** Other people's news have no stream: asked for when the page is looked at again, and now and then while it is. */
const kEveryMs = 15_000;

export function usePoll(load: () => Promise<void>): void {
  useEffect(() => {
    const isSeen = () => document.visibilityState === 'visible';
    const ask = () => {
      if (isSeen()) void load();
    };
    void load();
    const timer = setInterval(ask, kEveryMs);
    addEventListener('focus', ask);
    document.addEventListener('visibilitychange', ask);
    return () => {
      clearInterval(timer);
      removeEventListener('focus', ask);
      document.removeEventListener('visibilitychange', ask);
    };
  }, [load]);
}
