// Choosing a picture: a file, a drop, a paste or the camera; then framing it.

import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import type { PictureKind } from '../api.ts';
import type { Messages } from '../i18n/en.ts';
import { useMessages } from '../i18n/index.ts';
import { type Chosen, look } from '../image/chosen.ts';
import { changePicture, me, removePicture } from '../me.ts';
import { Camera } from './camera.tsx';
import { Dialog } from './dialog.tsx';
import { Icon } from './icon.tsx';

const loadEditor = () => import('./editor.tsx');
const Editor = lazy(loadEditor);

/** Before somebody chooses a file, so that it is seen at once. */
export const prepareEditor = (): void => void loadEditor();

/** What the file chooser offers; what is taken, the content decides. */
const kAccept = 'image/jpeg,image/png,image/webp,image/avif,image/heic,image/heif,image/gif';

export const pictureIn = (data: DataTransfer | null): File | undefined =>
  [...(data?.files ?? [])][0];

type Step = { at: 'choose' } | { at: 'camera' } | { at: 'frame'; chosen: Extract<Chosen, { how: 'frame' }> };

function faultText(chosen: Extract<Chosen, { how: 'not' }>, t: Messages): string {
  if (chosen.fault === 'too_many_pixels') return t.error_has_megapixels(chosen.megapixels ?? 0);
  return { empty: t.error_empty, wrong_type: t.error_wrong_type, unreadable: t.error_unreadable }[chosen.fault];
}

interface ChooseProps {
  fault: string;
  mayRemove: boolean;
  onFile: (file: File) => void;
  onCamera: () => void;
  onRemove: () => void;
}

function Choose({ fault, mayRemove, onFile, onCamera, onRemove }: ChooseProps) {
  const t = useMessages();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  // Nobody drops or pastes with a finger.
  const hasMouse = matchMedia('(any-pointer: fine)').matches;
  return (
    <div className="choose">
      <div
        className="choose-area"
        data-over={isOver ? '' : undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          const file = pictureIn(event.dataTransfer);
          if (file) onFile(file);
        }}
      >
        <Icon name="picture" />
        <p className="choose-big">{isOver ? t.drop_now : hasMouse ? t.drop_here : t.choose_here}</p>
        {hasMouse && <p className="quiet">{t.or_paste}</p>}
        <div className="choose-ways">
          <button type="button" className="button-main" onClick={() => input.current?.click()}>
            <Icon name="file" /> {t.choose_file}
          </button>
          <button type="button" onClick={onCamera}>
            <Icon name="camera" /> {t.take_photograph}
          </button>
        </div>
        <p className="quiet small">{t.kinds_taken}</p>
        <input
          ref={input}
          className="unseen"
          type="file"
          accept={kAccept}
          tabIndex={-1}
          aria-label={t.choose_file}
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = ''; // The same file may be chosen again.
            if (file) onFile(file);
          }}
        />
      </div>
      <p className="trouble" role="alert">
        {fault}
      </p>
      {mayRemove && (
        <button type="button" className="button-quiet" onClick={onRemove}>
          <Icon name="trash" /> {t.remove_picture}
        </button>
      )}
    </div>
  );
}

interface Props {
  kind: PictureKind;
  /** What was dropped or pasted on the page. */
  file?: File | undefined;
  onClose: () => void;
}

export function PictureDialog({ kind, file, onClose }: Props) {
  const t = useMessages();
  const [step, setStep] = useState<Step>({ at: 'choose' });
  const [fault, setFault] = useState('');
  const mayRemove = me.get()?.person[kind]?.is_default === false;

  const send = useCallback(
    (blob: Blob, canShow: boolean) => {
      void changePicture(kind, blob, canShow);
      onClose();
    },
    [kind, onClose],
  );
  const take = useCallback(
    async (given: File) => {
      setFault('');
      const chosen = await look(given);
      if (chosen.how === 'not') {
        setStep({ at: 'choose' });
        setFault(faultText(chosen, t));
      } else if (chosen.how === 'as_it_is') send(chosen.file, false);
      else setStep({ at: 'frame', chosen });
    },
    [send, t],
  );

  useEffect(() => {
    if (file) void take(file);
  }, [file]);
  useEffect(() => {
    if (step.at !== 'frame') return undefined;
    return () => URL.revokeObjectURL(step.chosen.url);
  }, [step]);
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const pasted = pictureIn(event.clipboardData);
      if (pasted) void take(pasted);
    };
    addEventListener('paste', paste);
    return () => removeEventListener('paste', paste);
  }, [take]);

  const remove = async () => {
    try {
      await removePicture(kind);
      onClose();
    } catch {
      setFault(t.remove_failed);
    }
  };
  const titles = {
    choose: kind === 'avatar' ? t.picture_title_avatar : t.picture_title_banner,
    camera: t.camera_title,
    frame: t.frame_title,
  };
  return (
    <Dialog title={titles[step.at]} onClose={onClose} className={`dialog-picture dialog-${step.at}`}>
      {step.at === 'choose' && (
        <Choose
          fault={fault}
          mayRemove={mayRemove}
          onFile={(given) => void take(given)}
          onCamera={() => setStep({ at: 'camera' })}
          onRemove={() => void remove()}
        />
      )}
      {step.at === 'camera' && (
        <Camera onTaken={(taken) => void take(taken)} onCancel={() => setStep({ at: 'choose' })} />
      )}
      {step.at === 'frame' && (
        <Suspense fallback={<img className="editor-area" src={step.chosen.url} alt="" />}>
          <Editor
            kind={kind}
            url={step.chosen.url}
            picture={step.chosen.picture}
            onDone={(blob) => send(blob, true)}
            onDamaged={() => {
              setStep({ at: 'choose' });
              setFault(t.error_unreadable);
            }}
            onCancel={() => setStep({ at: 'choose' })}
          />
        </Suspense>
      )}
    </Dialog>
  );
}
