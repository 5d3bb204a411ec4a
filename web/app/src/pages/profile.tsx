// One's own profile: the one page where something can be edited.

import { useUploader } from '@tintype/client/react';
import { useEffect, useState } from 'react';
import type { PictureKind } from '../api.ts';
import { useMessages } from '../i18n/index.ts';
import { loadMe, me, uploaders } from '../me.ts';
import { Compose, useActivities } from '../parts/activities.tsx';
import { EditDialog } from '../parts/edit_dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { PictureDialog, pictureIn, prepareEditor } from '../parts/picture_dialog.tsx';
import { UploadStatus } from '../parts/upload_status.tsx';
import { go } from '../router.tsx';
import { session } from '../session.ts';
import { useStore } from '../store.ts';
import { PersonOutline, PersonView } from './person.tsx';

interface Open {
  kind: PictureKind;
  file?: File | undefined;
}

/** On top of a picture: press to change it, or drop another one; how far an upload is. */
function Change({ kind, onOpen }: { kind: PictureKind; onOpen: (open: Open) => void }) {
  const t = useMessages();
  const { phase, progress } = useUploader(uploaders[kind]);
  const [isOver, setOver] = useState(false);
  const label = kind === 'avatar' ? t.change_avatar : t.change_banner;
  const isBusy = !['idle', 'ready', 'failed'].includes(phase);
  return (
    <button
      type="button"
      className="change"
      data-kind={kind}
      data-phase={phase}
      data-over={isOver ? '' : undefined}
      aria-label={label}
      title={label}
      onClick={() => onOpen({ kind })}
      onPointerEnter={prepareEditor}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onOpen({ kind, file: pictureIn(event.dataTransfer) });
      }}
    >
      {kind === 'avatar' && isBusy && (
        <svg className="ring" viewBox="0 0 100 100" aria-hidden="true">
          <circle cx="50" cy="50" r="48" pathLength={100} className="ring-track" />
          <circle cx="50" cy="50" r="48" pathLength={100} className="ring-done" strokeDasharray={`${phase === 'sending' ? 100 * progress : 25} 100`} />
        </svg>
      )}
      <span className="change-mark">
        <Icon name="camera" />
        {isOver && <span>{t.drop_now}</span>}
      </span>
    </button>
  );
}

export function ProfilePage() {
  const t = useMessages();
  const now = useStore(session);
  const mine = useStore(me);
  const [open, setOpen] = useState<Open>();
  const [isEditing, setEditing] = useState(false);
  const activities = useActivities(mine?.person.handle);
  const isOut = now.state === 'out' && !now.ended;

  useEffect(() => {
    if (isOut) go('/sign_in', { replace: true });
  }, [isOut]);
  useEffect(() => {
    void loadMe();
    const idle = setTimeout(prepareEditor, 1000);
    return () => clearTimeout(idle);
  }, []);
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const file = pictureIn(event.clipboardData);
      if (file) setOpen((before) => before ?? { kind: 'avatar', file });
    };
    addEventListener('paste', paste);
    return () => removeEventListener('paste', paste);
  }, []);

  if (!mine) return <PersonOutline />;
  const { person } = mine;
  return (
    <>
      <PersonView
        person={person}
        activities={activities}
        empty={t.mine_empty}
        onBanner={person.banner && <Change kind="banner" onOpen={setOpen} />}
        onAvatar={person.avatar && <Change kind="avatar" onOpen={setOpen} />}
        ways={
          <button type="button" className="button-small" onClick={() => setEditing(true)}>
            {t.edit_profile}
          </button>
        }
        below={<Compose onTold={activities.add} />}
        status={
          <>
            <UploadStatus kind="avatar" onChoose={() => setOpen({ kind: 'avatar' })} />
            <UploadStatus kind="banner" onChoose={() => setOpen({ kind: 'banner' })} />
          </>
        }
      />
      {open && <PictureDialog kind={open.kind} file={open.file} onClose={() => setOpen(undefined)} />}
      {isEditing && <EditDialog mine={mine} onClose={() => setEditing(false)} />}
    </>
  );
}
