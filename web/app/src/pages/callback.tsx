import { useEffect, useState } from 'react';
import { useMessages } from '../i18n/index.ts';
import { go, Link } from '../router.tsx';
import { signInReturned } from '../session.ts';
import { Title } from './title.tsx';

/** Where a foreign issuer sends people back to. */
export function CallbackPage() {
  const t = useMessages();
  const [isFailed, setFailed] = useState(false);
  useEffect(() => {
    signInReturned().then(
      (back) => go(back, { replace: true }),
      () => setFailed(true),
    );
  }, []);
  if (!isFailed) return <p className="quiet empty">{t.loading}</p>;
  return (
    <div className="empty">
      <Title>{t.callback_failed}</Title>
      <Link href="/sign_in" className="button-main">
        {t.try_again}
      </Link>
    </div>
  );
}
