import { useMessages } from './i18n/index.ts';
import { CallbackPage } from './pages/callback.tsx';
import { CredentialsPage } from './pages/credentials.tsx';
import { FeedPage } from './pages/feed.tsx';
import { NotFoundPage } from './pages/not_found.tsx';
import { PersonPage } from './pages/person.tsx';
import { ProfilePage } from './pages/profile.tsx';
import { Footer, Header } from './parts/header.tsx';
import { pageOf, usePath } from './router.tsx';

function CurrentPage() {
  const page = pageOf(usePath());
  switch (page.name) {
    case 'feed':
      return <FeedPage />;
    case 'sign_in':
      return <CredentialsPage key="in" mode="in" />;
    case 'sign_up':
      return <CredentialsPage key="up" mode="up" />;
    case 'profile':
      return <ProfilePage />;
    case 'person':
      return <PersonPage key={page.handle} handle={page.handle} />;
    case 'callback':
      return <CallbackPage />;
    case 'unknown':
      return <NotFoundPage />;
  }
}

export function App() {
  const t = useMessages();
  return (
    <>
      <a className="skip" href="#main">
        {t.skip}
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        <CurrentPage />
      </main>
      <Footer />
    </>
  );
}
