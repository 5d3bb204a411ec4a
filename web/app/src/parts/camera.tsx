import { useEffect, useRef, useState } from 'react';
import { useMessages } from '../i18n/index.ts';
import { Icon } from './icon.tsx';

type State = 'starting' | 'live' | 'denied' | 'missing';

/** The device's camera; what it took is a file like any other. */
export function Camera({ onTaken, onCancel }: { onTaken: (file: File) => void; onCancel: () => void }) {
  const t = useMessages();
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<State>('starting');

  useEffect(() => {
    let isGone = false;
    let stream: MediaStream | undefined;
    const start = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({
          video: { facingMode: 'user', width: { ideal: 1920 }, height: { ideal: 1080 } },
        });
        if (isGone || !video.current) return stop();
        video.current.srcObject = stream;
        await video.current.play();
        setState('live');
      } catch (error) {
        const isDenied = error instanceof DOMException && ['NotAllowedError', 'SecurityError'].includes(error.name);
        if (!isGone) setState(isDenied ? 'denied' : 'missing');
      }
    };
    const stop = () => stream?.getTracks().forEach((track) => track.stop());
    void start();
    return () => {
      isGone = true;
      stop();
    };
  }, []);

  const take = () => {
    const shown = video.current;
    if (!shown) return;
    const canvas = document.createElement('canvas');
    canvas.width = shown.videoWidth;
    canvas.height = shown.videoHeight;
    const context = canvas.getContext('2d');
    if (!context) return;
    // As in the mirror that was shown.
    context.scale(-1, 1);
    context.drawImage(shown, -canvas.width, 0);
    canvas.toBlob((blob) => blob && onTaken(new File([blob], 'camera.jpg', { type: blob.type })), 'image/jpeg', 0.95);
  };

  const texts = { starting: t.camera_starting, live: '', denied: t.camera_denied, missing: t.camera_missing };
  return (
    <div className="camera">
      <div className="camera-area">
        <video ref={video} muted playsInline aria-label={t.camera_title} />
        {state !== 'live' && <p role={state === 'starting' ? 'status' : 'alert'}>{texts[state]}</p>}
      </div>
      <div className="dialog-ways">
        <button type="button" onClick={onCancel}>
          {t.cancel}
        </button>
        <button type="button" className="button-main" disabled={state !== 'live'} onClick={take}>
          <Icon name="camera" /> {t.shutter}
        </button>
      </div>
    </div>
  );
}
