// Which page a path means. The server answers these paths with the app (src/gateway/page.cc).

import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { Store, useStore } from './store.ts';

export type Page =
  | { name: 'feed' | 'sign_in' | 'sign_up' | 'profile' | 'callback' | 'unknown' }
  | { name: 'person'; handle: string };

export function pageOf(path: string): Page {
  switch (path) {
    case '/':
      return { name: 'feed' };
    case '/sign_in':
    case '/sign_up':
    case '/profile':
    case '/callback':
      return { name: path.slice(1) as 'sign_in' | 'sign_up' | 'profile' | 'callback' };
  }
  const handle = /^\/people\/([A-Za-z0-9_]+)$/.exec(path)?.[1];
  return handle ? { name: 'person', handle: handle.toLowerCase() } : { name: 'unknown' };
}

const path = new Store(location.pathname);
addEventListener('popstate', () => path.set(location.pathname));

export const usePath = (): string => useStore(path);

export function go(to: string, { replace = false } = {}): void {
  if (to === location.pathname) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  path.set(to);
  scrollTo(0, 0);
}

/** A link within the app. Other buttons and keys do what they do to any link. */
export function Link({ href, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const isCurrent = usePath() === href;
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(href);
  };
  return <a href={href} onClick={follow} aria-current={isCurrent ? 'page' : undefined} {...rest} />;
}
