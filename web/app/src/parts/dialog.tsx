import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useMessages } from '../i18n/index.ts';
import { Icon } from './icon.tsx';

interface Props {
  title: string;
  onClose: () => void;
  className?: string;
  children: ReactNode;
}

/** A modal <dialog>: the browser keeps the focus inside, closes it with Escape, and gives the focus back. */
export function Dialog({ title, onClose, className = '', children }: Props) {
  const t = useMessages();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`dialog ${className}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        if (event.target !== dialog.current) return; // A file chooser's cancel comes along here too.
        event.preventDefault();
        onClose();
      }}
    >
      <header className="dialog-head">
        <h2 id={heading}>{title}</h2>
        <button type="button" className="button-icon" onClick={onClose} aria-label={t.close}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
}
