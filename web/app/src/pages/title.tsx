import { type ReactNode, useEffect, useRef } from 'react';

let isFirst = true;

/** The heading of a page; it gets the focus when the page is gone to, so that screen readers say where one is. */
export function Title({ children, className, label }: { children: ReactNode; className?: string; label?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const text = label ?? (typeof children === 'string' ? children : '');
  useEffect(() => {
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  useEffect(() => {
    document.title = text ? `${text} · Tintype` : 'Tintype';
  }, [text]);
  return (
    <h1 ref={heading} tabIndex={-1} className={className}>
      {children}
    </h1>
  );
}
