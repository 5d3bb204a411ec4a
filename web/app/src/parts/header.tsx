import { useMessages, chooseLanguage, languages, useLanguage, type Language } from '../i18n/index.ts';
import { me } from '../me.ts';
import { go, Link } from '../router.tsx';
import { isForeign, session, signInElsewhere, signOut } from '../session.ts';
import { useStore } from '../store.ts';
import { chooseTheme, themes, useTheme } from '../theme.ts';
import { Icon } from './icon.tsx';
import { Avatar } from './picture.tsx';

function ThemeButton() {
  const t = useMessages();
  const theme = useTheme();
  const names = { auto: t.theme_auto, light: t.theme_light, dark: t.theme_dark };
  const icons = { auto: 'auto', light: 'sun', dark: 'moon' } as const;
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';
  const label = `${t.theme}: ${names[theme]}`;
  return (
    <button type="button" className="button-icon" onClick={() => chooseTheme(next)} aria-label={label} title={label}>
      <Icon name={icons[theme]} />
    </button>
  );
}

function LanguageChoice() {
  const t = useMessages();
  return (
    <select
      className="language"
      aria-label={t.language}
      value={useLanguage()}
      onChange={(event) => chooseLanguage(event.target.value as Language)}
    >
      {Object.entries(languages).map(([code, name]) => (
        <option key={code} value={code} lang={code}>
          {name}
        </option>
      ))}
    </select>
  );
}

function Who() {
  const t = useMessages();
  const mine = useStore(me);
  const now = useStore(session);
  if (now.state === 'unknown') return null;
  if (now.state === 'out' && isForeign())
    return (
      <button type="button" className="button-main button-small" onClick={() => void signInElsewhere()}>
        {t.sign_in}
      </button>
    );
  if (now.state === 'out')
    return (
      <>
        <Link href="/sign_in" className="bar-link">
          {t.sign_in}
        </Link>
        <Link href="/sign_up" className="button-main button-small">
          {t.join}
        </Link>
      </>
    );
  const leave = () => {
    void signOut();
    go('/');
  };
  return (
    <>
      <button type="button" className="bar-link" onClick={leave}>
        {t.sign_out}
      </button>
      {mine && (
        <Link href="/profile" className="bar-me" aria-label={t.my_profile} title={t.my_profile}>
          <Avatar handle={mine.person.handle} name="" size="small" eager />
        </Link>
      )}
    </>
  );
}

export function Header() {
  const t = useMessages();
  return (
    <header className="bar">
      <div className="bar-inside">
        <Link href="/" className="brand">
          <img src="/icon.svg" alt="" width="28" height="28" />
          <span>Tintype</span>
        </Link>
        <nav className="bar-nav" aria-label={t.nav}>
          <Who />
        </nav>
      </div>
    </header>
  );
}

export function Footer() {
  return (
    <footer className="foot">
      <LanguageChoice />
      <ThemeButton />
    </footer>
  );
}
