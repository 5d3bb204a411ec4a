import { type FormEvent, useEffect, useId, useState } from 'react';
import { useMessages } from '../i18n/index.ts';
import { go, Link } from '../router.tsx';
import { isForeign, session, type SignInFault, signIn, signInElsewhere, signUp } from '../session.ts';
import { useStore } from '../store.ts';
import { Title } from './title.tsx';

interface Fault {
  fault: SignInFault;
  detail?: string | undefined;
}

function useTexts(mode: 'in' | 'up', isEnded: boolean) {
  const t = useMessages();
  if (mode === 'up') return { title: t.sign_up_title, hint: t.sign_up_hint, button: t.sign_up };
  if (isEnded) return { title: t.ended_title, hint: t.ended_hint, button: t.sign_in };
  return { title: t.sign_in_title, hint: t.sign_in_hint, button: t.sign_in };
}

function Password({ mode, isWrong, describedBy }: { mode: 'in' | 'up'; isWrong: boolean; describedBy: string }) {
  const t = useMessages();
  const [isSeen, setSeen] = useState(false);
  const input = useId();
  return (
    <div className="field">
      <span className="field-head">
        <label htmlFor={input}>{t.password}</label>
        <button type="button" className="button-quiet small" onClick={() => setSeen(!isSeen)}>
          {isSeen ? t.password_hide : t.password_show}
        </button>
      </span>
      <input
        id={input}
        name="password"
        type={isSeen ? 'text' : 'password'}
        autoComplete={mode === 'up' ? 'new-password' : 'current-password'}
        required
        aria-invalid={isWrong}
        aria-describedby={describedBy}
      />
    </div>
  );
}

export function CredentialsPage({ mode }: { mode: 'in' | 'up' }) {
  const t = useMessages();
  const now = useStore(session);
  const hint = useId();
  const trouble = useId();
  const [fault, setFault] = useState<Fault>();
  const [isBusy, setBusy] = useState(false);
  // As it was when one came here.
  const [isEnded] = useState(now.state === 'out' && now.ended);
  const texts = useTexts(mode, isEnded);

  useEffect(() => {
    if (now.state === 'in') go(mode === 'up' || isEnded ? '/profile' : '/', { replace: true });
  }, [now.state]);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [name, password] = [String(form.get('name')), String(form.get('password'))];
    setBusy(true);
    setFault(await (mode === 'up' ? signUp : signIn)(name, password));
    setBusy(false);
  };
  const faults = {
    wrong: t.fault_wrong,
    taken: t.fault_taken,
    too_often: t.fault_too_often,
    invalid: t.fault_invalid,
    network: t.fault_network,
    server: t.fault_server,
  };
  if (isForeign())
    return (
      <div className="door">
        <div className="door-card">
          <Title>{texts.title}</Title>
          <p className="quiet">{texts.hint}</p>
          <button type="button" className="button-main" onClick={() => void signInElsewhere()}>
            {t.elsewhere}
          </button>
        </div>
      </div>
    );
  return (
    <div className="door">
      <form className="door-card" onSubmit={(event) => void send(event)}>
        <Title>{texts.title}</Title>
        <p className="quiet">{texts.hint}</p>
        <label className="field">
          <span className="field-head">{t.name}</span>
          <input
            name="name"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            aria-invalid={fault?.fault === 'taken'}
            aria-describedby={trouble}
          />
        </label>
        <Password mode={mode} isWrong={fault?.fault === 'wrong'} describedBy={`${hint} ${trouble}`} />
        <p id={hint} className="quiet small">
          {mode === 'up' ? t.password_hint : ''}
        </p>
        <p id={trouble} className="trouble" role="alert">
          {fault ? faults[fault.fault] : ''} {fault?.fault === 'invalid' ? fault.detail : ''}
        </p>
        <button type="submit" className="button-main" disabled={isBusy}>
          {texts.button}
        </button>
        <p className="quiet door-other">
          {mode === 'up' ? t.have_account : t.no_account}{' '}
          <Link href={mode === 'up' ? '/sign_in' : '/sign_up'}>{mode === 'up' ? t.sign_in : t.sign_up}</Link>
        </p>
      </form>
    </div>
  );
}
