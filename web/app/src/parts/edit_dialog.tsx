import { type FormEvent, useId, useState } from 'react';
import { getMine, type Mine, putMine } from '../api.ts';
import { useMessages } from '../i18n/index.ts';
import { changeMe } from '../me.ts';
import { Dialog } from './dialog.tsx';

const kBioMax = 500;

interface Faults {
  handle?: string;
  display_name?: string;
  bio?: string;
  all?: string;
}

/** What the server says of each field, by the field's name. */
function faultsOf(errors: { pointer: string; detail: string }[]): Faults {
  return Object.fromEntries(errors.map(({ pointer, detail }) => [pointer.slice(2), detail]));
}

interface FieldProps {
  name: 'handle' | 'display_name';
  label: string;
  value: string;
  fault: string | undefined;
  hint?: string;
  length: number;
}

function Field({ name, label, value, fault, hint, length }: FieldProps) {
  const help = useId();
  return (
    <label className="field">
      <span className="field-head">{label}</span>
      <input name={name} defaultValue={value} maxLength={length} required aria-invalid={fault !== undefined} aria-describedby={help} autoCapitalize={name === 'handle' ? 'none' : undefined} spellCheck={false} />
      <span id={help} className={fault ? 'trouble small' : 'quiet small'}>
        {fault ?? hint ?? ''}
      </span>
    </label>
  );
}

export function EditDialog({ mine, onClose }: { mine: Mine; onClose: () => void }) {
  const t = useMessages();
  const help = useId();
  // What was read when it was opened; another window may change it meanwhile, which the server tells.
  const [base, setBase] = useState(mine);
  const [bio, setBio] = useState(mine.person.bio);
  const [faults, setFaults] = useState<Faults>({});
  const [isBusy, setBusy] = useState(false);
  const left = kBioMax - [...bio].length;

  const refused = async (status: number, errors: { pointer: string; detail: string }[]) => {
    if (status === 412) {
      const newer = await getMine();
      setBase(newer);
      setBio(newer.person.bio);
      return { all: t.edit_changed };
    }
    if (status === 409) return { handle: t.edit_taken };
    return errors.length > 0 ? faultsOf(errors) : { all: t.edit_failed };
  };
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '');
    setBusy(true);
    try {
      const edit = { handle: text('handle'), display_name: text('display_name'), bio };
      const edited = await putMine(edit, base.etag);
      if ('mine' in edited) {
        changeMe(edited.mine);
        onClose();
        return;
      }
      setFaults(await refused(edited.status, edited.problem.errors ?? []));
    } catch {
      setFaults({ all: t.edit_failed });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={t.edit_title} onClose={onClose}>
      <form key={base.etag} className="edit" onSubmit={(event) => void save(event)}>
        <Field name="display_name" label={t.display_name} value={base.person.display_name} fault={faults.display_name} length={50} />
        <Field name="handle" label={t.handle} value={base.person.handle} fault={faults.handle} hint={t.handle_hint} length={30} />
        <label className="field">
          <span className="field-head">{t.bio}</span>
          <textarea name="bio" rows={4} value={bio} aria-describedby={help} aria-invalid={faults.bio !== undefined || left < 0} onChange={(event) => setBio(event.target.value)} />
          <span id={help} className={faults.bio || left < 0 ? 'trouble small' : 'quiet small'}>
            {faults.bio ?? t.bio_left(left)}
          </span>
        </label>
        <p className="trouble" role="alert">
          {faults.all ?? ''}
        </p>
        <div className="dialog-ways">
          <button type="button" onClick={onClose}>
            {t.cancel}
          </button>
          <button type="submit" className="button-main" disabled={isBusy || left < 0}>
            {t.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
