// Framing a photograph: move, zoom, straighten, turn. Loaded when it is needed.

import { useState } from 'react';
import Cropper from 'react-easy-crop';
import 'react-easy-crop/react-easy-crop.css';
import type { PictureKind } from '../api.ts';
import { useMessages } from '../i18n/index.ts';
import { cropped, type Rect } from '../image/crop.ts';
import { Icon } from './icon.tsx';

interface Props {
  kind: PictureKind;
  url: string;
  picture: HTMLImageElement;
  onDone: (file: Blob) => void;
  /** It could not be decoded after all. */
  onDamaged: () => void;
  onCancel: () => void;
}

const kAspect = { avatar: 1, banner: 3 } as const;
const kStraightenMax = 30;

export default function Editor({ kind, url, picture, onDone, onDamaged, onCancel }: Props) {
  const t = useMessages();
  const [position, setPosition] = useState({ x: 0, y: 0 });
  const [zoom, setZoom] = useState(1);
  const [quarters, setQuarters] = useState(0);
  const [straighten, setStraighten] = useState(0);
  const [rect, setRect] = useState<Rect>();
  const [isBusy, setBusy] = useState(false);
  const degrees = quarters * 90 + straighten;

  const use = async () => {
    if (!rect) return;
    setBusy(true);
    try {
      onDone(await cropped(picture, rect, degrees, kind));
    } catch {
      onDamaged();
    }
  };

  return (
    <div className="editor">
      <div className="editor-area">
        <Cropper
          image={url}
          crop={position}
          zoom={zoom}
          rotation={degrees}
          aspect={kAspect[kind]}
          cropShape={kind === 'avatar' ? 'round' : 'rect'}
          showGrid={kind === 'banner' || straighten !== 0}
          objectFit="contain"
          keyboardStep={8}
          disableAutomaticStylesInjection
          mediaProps={{ alt: '', decoding: 'sync' }}
          cropperProps={{ role: 'group', 'aria-label': t.frame_area }}
          onCropChange={setPosition}
          onZoomChange={setZoom}
          onCropComplete={(_, pixels) => setRect(pixels)}
        />
      </div>
      <div className="editor-tools">
        <label className="slider">
          <span>{t.zoom}</span>
          <input type="range" min={1} max={4} step={0.01} value={zoom} onChange={(event) => setZoom(event.target.valueAsNumber)} />
        </label>
        <label className="slider">
          <span>{t.straighten}</span>
          <input
            type="range"
            min={-kStraightenMax}
            max={kStraightenMax}
            step={0.5}
            value={straighten}
            aria-valuetext={`${straighten}°`}
            onChange={(event) => setStraighten(event.target.valueAsNumber)}
          />
        </label>
        <div className="editor-turns">
          <button type="button" className="button-icon" aria-label={t.rotate_left} title={t.rotate_left} onClick={() => setQuarters(quarters - 1)}>
            <Icon name="left" />
          </button>
          <button type="button" className="button-icon" aria-label={t.rotate_right} title={t.rotate_right} onClick={() => setQuarters(quarters + 1)}>
            <Icon name="right" />
          </button>
        </div>
      </div>
      <div className="dialog-ways">
        <button type="button" onClick={onCancel}>
          {t.choose_another}
        </button>
        <button type="button" className="button-main" disabled={!rect || isBusy} onClick={() => void use()}>
          {isBusy ? t.preparing_picture : t.use_picture}
        </button>
      </div>
    </div>
  );
}
