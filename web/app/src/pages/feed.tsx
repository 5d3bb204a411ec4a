import { useMessages } from '../i18n/index.ts';
import { me } from '../me.ts';
import { ActivityList, Compose, useActivities } from '../parts/activities.tsx';
import { Avatar, Banner } from '../parts/picture.tsx';
import { Link } from '../router.tsx';
import { isForeign, session, signInElsewhere } from '../session.ts';
import { useStore } from '../store.ts';
import { Title } from './title.tsx';

function MyCard() {
  const t = useMessages();
  const mine = useStore(me);
  if (!mine) return <aside className="card card-empty" aria-hidden="true" />;
  const { handle, display_name, bio } = mine.person;
  return (
    <aside className="card" aria-label={t.my_profile}>
      <Banner handle={handle} eager />
      <div className="card-inside">
        <Link href="/profile" tabIndex={-1} aria-hidden="true">
          <Avatar handle={handle} name="" size="medium" eager />
        </Link>
        <Link href="/profile" className="card-name">
          {display_name}
        </Link>
        <p className="quiet">@{handle}</p>
        {bio && <p className="card-bio">{bio}</p>}
      </div>
    </aside>
  );
}

function Welcome() {
  const t = useMessages();
  return (
    <aside className="card card-welcome">
      <p className="welcome">{t.welcome}</p>
      <p className="quiet">{t.welcome_hint}</p>
      {isForeign() ? (
        <button type="button" className="button-main" onClick={() => void signInElsewhere()}>
          {t.sign_in}
        </button>
      ) : (
        <Link href="/sign_up" className="button-main">
          {t.sign_up}
        </Link>
      )}
    </aside>
  );
}

export function FeedPage() {
  const t = useMessages();
  const now = useStore(session);
  const activities = useActivities();
  const isOut = now.state === 'out' && !now.ended;
  return (
    <div className="feed">
      {isOut ? <Welcome /> : <MyCard />}
      <section className="feed-main">
        <Title>{t.feed_title}</Title>
        {!isOut && <Compose onTold={activities.add} />}
        <ActivityList activities={activities} empty={t.feed_empty} />
      </section>
    </div>
  );
}
