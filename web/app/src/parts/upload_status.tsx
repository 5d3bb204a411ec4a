// What is said of an upload, and the way on.

import { LimitError, NetworkError, ProcessingError, type TintypeError } from '@tintype/client';
import { useUploader } from '@tintype/client/react';
import { useEffect, useSyncExternalStore } from 'react';
import type { PictureKind } from '../api.ts';
import type { Messages } from '../i18n/en.ts';
import { useMessages } from '../i18n/index.ts';
import { dropPicture, retryPicture, uploaders } from '../me.ts';
import { Link } from '../router.tsx';
import { isForeign, signInElsewhere } from '../session.ts';

/** How long it is said that all is well. */
const kReadySeenMs = 8000;

function textOf(error: TintypeError, isOnline: boolean, t: Messages): string {
  if (error instanceof LimitError) return t.error_limit(error.retryAfterS);
  if (error instanceof NetworkError) return isOnline ? t.error_network : t.error_offline;
  if (error instanceof ProcessingError) return error.reason === 'internal' ? t.error_internal : t.error_processing;
  const texts: Record<string, string> = {
    session_ended: t.error_session,
    unsupported_type: t.error_wrong_type,
    too_large: t.error_too_large,
    too_many_pixels: t.error_too_many_pixels,
    empty_file: t.error_empty,
    slot_expired: t.error_expired,
    storage: t.error_storage,
    server: t.error_server,
    no_news: t.error_no_news,
  };
  return texts[error.code] ?? t.error_refused;
}

function listenOnline(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

function WayOn({ error, kind, onChoose }: { error: TintypeError; kind: PictureKind; onChoose: () => void }) {
  const t = useMessages();
  const again = (
    <button type="button" className="button-main button-small" onClick={() => void retryPicture(kind)}>
      {t.try_again}
    </button>
  );
  const another = (
    <button type="button" className="button-main button-small" onClick={onChoose}>
      {t.choose_another}
    </button>
  );
  const signIn = isForeign() ? (
    <button type="button" className="button-main button-small" onClick={() => void signInElsewhere()}>
      {t.sign_in}
    </button>
  ) : (
    <Link href="/sign_in" className="button-main button-small">
      {t.sign_in}
    </Link>
  );
  const ways = { try_again: again, wait: again, choose_another: another, none: another, sign_in: signIn };
  return ways[error.next];
}

export function UploadStatus({ kind, onChoose }: { kind: PictureKind; onChoose: () => void }) {
  const t = useMessages();
  const { phase, progress, error, result, cancel } = useUploader(uploaders[kind]);
  const isOnline = useSyncExternalStore(listenOnline, () => navigator.onLine);

  useEffect(() => {
    // Back in the network: go on without being asked.
    if (isOnline && error instanceof NetworkError) void retryPicture(kind);
  }, [isOnline]);

  useEffect(() => {
    if (phase !== 'ready') return undefined;
    const timer = setTimeout(() => uploaders[kind].reset(), kReadySeenMs);
    return () => clearTimeout(timer);
  }, [phase, kind]);

  const texts: Record<typeof phase, string> = {
    idle: '',
    preparing: t.upload_preparing,
    sending: t.upload_sending(Math.round(progress * 100)),
    retrying: isOnline ? t.upload_retrying : t.error_offline,
    received: t.upload_received,
    processing: t.upload_processing,
    ready: result?.state === 'superseded' ? t.upload_superseded : kind === 'avatar' ? t.upload_ready_avatar : t.upload_ready_banner,
    failed: error ? textOf(error, isOnline, t) : '',
  };
  const mayCancel = phase === 'preparing' || phase === 'sending' || phase === 'retrying';
  return (
    <div className="status" data-phase={phase} data-testid={`status-${kind}`}>
      <p role={phase === 'failed' ? 'alert' : 'status'}>{texts[phase]}</p>
      {phase === 'sending' && <progress max={1} value={progress} aria-label={t.upload_sending(Math.round(progress * 100))} />}
      <div className="status-ways">
        {mayCancel && (
          <button type="button" className="button-small" onClick={cancel}>
            {t.cancel}
          </button>
        )}
        {error && <WayOn error={error} kind={kind} onChoose={onChoose} />}
        {error && (
          <button type="button" className="button-small" onClick={() => dropPicture(kind)}>
            {t.cancel}
          </button>
        )}
      </div>
    </div>
  );
}
