// A list of what somebody, or everybody, tells; and telling something.

import { LimitError, type TintypeError } from '@tintype/client';
import { useCallback, useEffect, useId, useState } from 'react';
import { type Activity, deleteActivity, getActivities, postActivity } from '../api.ts';
import { timeAgo, useLanguage, useMessages } from '../i18n/index.ts';
import { me } from '../me.ts';
import { hear, tell } from '../news.ts';
import { askedAt, learnActivities } from '../pictures.ts';
import { Link } from '../router.tsx';
import { useStore } from '../store.ts';
import { Avatar } from './picture.tsx';
import { usePoll } from './poll.ts';

export const kTextMax = 1000;

export interface Activities {
  list: Activity[] | undefined;
  hasMore: boolean;
  isFailed: boolean;
  more: () => Promise<void>;
  reload: () => Promise<void>;
  add: (activity: Activity) => void;
  remove: (id: string) => void;
}

/** Newer ones in front of what is there already. */
function merge(fresh: Activity[], before: Activity[]): Activity[] {
  const last = fresh.at(-1);
  const older = last ? before.filter(({ id }) => id < last.id) : [];
  return [...fresh, ...older];
}

/** `handle`: of that person. Kept up to date by other tabs at once, and by asking now and then. */
export function useActivities(handle?: string): Activities {
  const [list, setList] = useState<Activity[]>();
  const [next, setNext] = useState<string | null>(null);
  const [isFailed, setFailed] = useState(false);
  const add = useCallback((one: Activity) => setList((all = []) => merge([one], all.filter(({ id }) => id !== one.id))), []);
  const remove = useCallback((gone: string) => setList((all) => all?.filter(({ id }) => id !== gone)), []);

  const reload = useCallback(async () => {
    const asked = askedAt();
    try {
      const page = await getActivities(handle);
      learnActivities(page.activities, asked);
      setList((before) => (page.next === null ? page.activities : merge(page.activities, before ?? [])));
      setNext((before) => before ?? page.next);
      setFailed(false);
    } catch {
      setFailed(true);
    }
  }, [handle]);

  const more = useCallback(async () => {
    const asked = askedAt();
    const page = await getActivities(handle, next);
    learnActivities(page.activities, asked);
    setList((before = []) => {
      const known = new Set(before.map(({ id }) => id));
      return [...before, ...page.activities.filter(({ id }) => !known.has(id))];
    });
    setNext(page.next);
  }, [handle, next]);

  usePoll(reload);
  useEffect(
    () =>
      hear((news) => {
        if (news.what === 'activity' && (!handle || news.activity.author.handle === handle)) add(news.activity);
        if (news.what === 'activity_gone') remove(news.id);
      }),
    [handle, add, remove],
  );
  return { list, hasMore: next !== null, isFailed, more, reload, add, remove };
}

function Row({ activity, onGone }: { activity: Activity; onGone: (id: string) => void }) {
  const t = useMessages();
  const lang = useLanguage();
  const mine = useStore(me);
  const { author, text, id } = activity;
  const isMine = mine?.person.handle === author.handle;
  const profile = isMine ? '/profile' : `/people/${author.handle}`;
  const name = isMine ? mine.person.display_name : author.display_name;
  const gone = async () => {
    await deleteActivity(id);
    tell({ what: 'activity_gone', id });
    onGone(id);
  };
  return (
    <li className="activity">
      <Link href={profile} tabIndex={-1} aria-hidden="true">
        <Avatar handle={author.handle} name="" size="small" />
      </Link>
      <article>
        <header>
          <Link href={profile} className="activity-name">
            {name}
          </Link>
          <span className="quiet"> @{author.handle}</span>
          <time className="quiet" dateTime={activity.created_at} title={new Date(activity.created_at).toLocaleString(lang)}>
            {timeAgo(activity.created_at, lang)}
          </time>
        </header>
        <p className="activity-text">{text}</p>
        {isMine && (
          <button type="button" className="button-quiet activity-gone" aria-label={t.delete_activity(text.slice(0, 40))} onClick={() => void gone().catch(() => undefined)}>
            {t.delete}
          </button>
        )}
      </article>
    </li>
  );
}

export function ActivityList({ activities, empty }: { activities: Activities; empty: string }) {
  const t = useMessages();
  const { list, hasMore, isFailed, more, reload, remove } = activities;
  if (!list && isFailed)
    return (
      <p className="trouble" role="alert">
        {t.feed_failed}{' '}
        <button type="button" className="button-small" onClick={() => void reload()}>
          {t.try_again}
        </button>
      </p>
    );
  if (!list) return <ul className="activities" aria-busy="true" aria-label={t.loading} />;
  if (list.length === 0) return <p className="quiet empty">{empty}</p>;
  return (
    <>
      <ul className="activities">
        {list.map((activity) => (
          <Row key={activity.id} activity={activity} onGone={remove} />
        ))}
      </ul>
      {hasMore && (
        <button type="button" className="more" onClick={() => void more().catch(() => undefined)}>
          {t.more}
        </button>
      )}
    </>
  );
}

/** Room for what one wants to tell. What was not sent stays in it. */
export function Compose({ onTold }: { onTold: (activity: Activity) => void }) {
  const t = useMessages();
  const hint = useId();
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const left = kTextMax - [...text].length;

  const send = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const activity = await postActivity(text.trim());
      setText('');
      onTold(activity);
      tell({ what: 'activity', activity });
    } catch (thrown) {
      setError(thrown as TintypeError);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="compose"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <textarea
        rows={2}
        value={text}
        aria-label={t.compose_label}
        placeholder={t.compose_label}
        aria-describedby={hint}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
        }}
      />
      <div className="compose-foot">
        <span id={hint} className={left < 0 ? 'trouble' : 'quiet small'}>
          {left < 200 ? t.compose_left(left) : ''}
        </span>
        <button type="submit" className="button-main button-small" disabled={isBusy || text.trim() === '' || left < 0}>
          {t.compose_send}
        </button>
      </div>
      {error !== undefined && (
        <p className="trouble" role="alert">
          {error instanceof LimitError ? t.compose_too_often : t.compose_failed}
        </p>
      )}
    </form>
  );
}
