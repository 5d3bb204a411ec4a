import { useMessages } from '../i18n/index.ts';
import { Link } from '../router.tsx';
import { Title } from './title.tsx';

export function NotFoundPage({ why }: { why?: string }) {
  const t = useMessages();
  return (
    <div className="empty">
      <Title>{t.not_found_title}</Title>
      <p className="quiet">{why ?? t.not_found_page}</p>
      <Link href="/" className="button-main">
        {t.to_feed}
      </Link>
    </div>
  );
}
