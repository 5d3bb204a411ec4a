// A profile as everybody sees it. Nothing of it can be edited here: that is profile.tsx, for oneself.

import { RefusedError } from '@tintype/client';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { getPerson, type Person } from '../api.ts';
import { useLanguage, useMessages } from '../i18n/index.ts';
import { me } from '../me.ts';
import { type Activities, ActivityList, useActivities } from '../parts/activities.tsx';
import { Avatar, Banner } from '../parts/picture.tsx';
import { usePoll } from '../parts/poll.ts';
import { askedAt, learnPerson } from '../pictures.ts';
import { go } from '../router.tsx';
import { useStore } from '../store.ts';
import { NotFoundPage } from './not_found.tsx';
import { Title } from './title.tsx';

interface ViewProps {
  person: Person;
  activities: Activities;
  empty: string;
  /** On the pictures and beside the name, of oneself only. */
  onBanner?: ReactNode;
  onAvatar?: ReactNode;
  ways?: ReactNode;
  /** How far uploads are. */
  status?: ReactNode;
  /** Before the activities. */
  below?: ReactNode;
}

export function PersonView({ person, activities, empty, onBanner, onAvatar, ways, status, below }: ViewProps) {
  const t = useMessages();
  const lang = useLanguage();
  const { handle, display_name, bio, created_at } = person;
  const since = new Date(created_at).toLocaleDateString(lang, { month: 'long', year: 'numeric' });
  return (
    <article className="person">
      <div className="person-banner">
        {person.banner && <Banner handle={handle} eager />}
        {onBanner}
      </div>
      <div className="person-head">
        <div className="person-avatar">
          <Avatar handle={handle} name={display_name} size="large" eager />
          {onAvatar}
        </div>
        <div className="person-status">{status}</div>
        <div className="person-ways">{ways}</div>
        <div className="person-words">
          <Title className="person-name">{display_name}</Title>
          <p className="quiet">
            @{handle} · {t.since(since)}
          </p>
          {bio && <p className="person-bio">{bio}</p>}
        </div>
      </div>
      <section className="person-activities" aria-label={t.activities}>
        {below}
        <ActivityList activities={activities} empty={empty} />
      </section>
    </article>
  );
}

export function PersonPage({ handle }: { handle: string }) {
  const t = useMessages();
  const mine = useStore(me);
  const [person, setPerson] = useState<Person>();
  const [fault, setFault] = useState<'missing' | 'failed'>();
  const activities = useActivities(handle);
  const isMe = mine?.person.handle === handle;

  const load = useCallback(async () => {
    const asked = askedAt();
    try {
      const found = await getPerson(handle);
      learnPerson(found, asked);
      setPerson(found);
      setFault(undefined);
    } catch (error) {
      setFault(error instanceof RefusedError ? 'missing' : 'failed');
    }
  }, [handle]);
  usePoll(load);
  useEffect(() => {
    if (isMe) go('/profile', { replace: true });
  }, [isMe]);

  if (fault === 'missing') return <NotFoundPage why={t.not_found_person(handle)} />;
  if (!person && fault === 'failed')
    return (
      <p className="trouble empty" role="alert">
        {t.profile_failed}{' '}
        <button type="button" className="button-small" onClick={() => void load()}>
          {t.try_again}
        </button>
      </p>
    );
  if (!person) return <PersonOutline />;
  return <PersonView person={person} activities={activities} empty={t.person_empty(person.display_name)} />;
}

/** The room that a profile takes, until it is there. */
export function PersonOutline() {
  const t = useMessages();
  return (
    <div className="person" aria-busy="true" aria-label={t.loading}>
      <div className="person-banner" />
      <div className="person-head">
        <div className="person-avatar">
          <span className="picture avatar avatar-large" />
        </div>
        <div className="person-ways" />
        <div className="person-words person-words-outline" />
      </div>
    </div>
  );
}
