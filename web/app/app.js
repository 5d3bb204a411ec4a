// The page: sign in, see your photograph, change it.

import * as session from './session.js';
import { Trouble, follow, openSlot, put } from './upload.js';

const VARIANT = '512';
const byId = (id) => document.getElementById(id);
const picture = byId('picture');
const frame = byId('frame');

let edgeUrl = '';
let waitingFile = null; // Chosen, and not finished yet: kept for another try or another sign-in.
let preview = null; // The object URL of what is shown of it.
let running = null; // The AbortController of the upload that is under way.

// ---- What is seen -------------------------------------------------------------------------------

function tell(headline, detail = '', kind = '') {
  byId('headline').textContent = headline;
  byId('detail').textContent = detail;
  byId('tell').dataset.kind = kind;
}

/** idle, uploading, developing or failed: what of the page goes with it. */
function show(state, { retry = false } = {}) {
  const busy = state === 'uploading' || state === 'developing';
  frame.dataset.state = state;
  byId('choose').hidden = busy;
  byId('choose').textContent = retry ? 'Choose another one' : 'Choose a photograph';
  byId('file').disabled = busy;
  byId('retry').hidden = !retry;
  byId('cancel').hidden = state !== 'uploading';
}

function showProgress(part) {
  byId('ring').style.strokeDasharray = `${100 * part} 100`;
}

function dropPreview() {
  byId('no-preview').hidden = true;
  if (preview) URL.revokeObjectURL(preview);
  preview = null;
}

/** The owner as one segment, as bucket/naming.h spells it. */
function aliasUrl(sub) {
  const segment = encodeURIComponent(sub).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${edgeUrl}/avatars/${segment}/${VARIANT}`;
}

/** A document asks for one URL once, whatever its headers say (HTML, "list of available images"). */
let looks = 0;
function showCurrent(sub) {
  dropPreview();
  picture.src = looks === 0 ? aliasUrl(sub) : `${aliasUrl(sub)}?look=${looks}`;
  looks += 1;
  picture.alt = 'Your current photograph';
}

function showPreview(file) {
  dropPreview();
  byId('assets').hidden = true;
  preview = URL.createObjectURL(file);
  picture.src = preview;
  picture.alt = 'The photograph that you chose';
}

const bytes = (size) => `${size < 10_000 ? (size / 1000).toFixed(1) : Math.round(size / 1000)} kB`;
const FORMATS = { 'image/jpeg': 'JPEG', 'image/webp': 'WebP', 'image/avif': 'AVIF', 'image/png': 'PNG' };

/** A line for each size, with a link for each format. */
function showAssets(assets) {
  const lines = new Map();
  for (const asset of assets) {
    if (!lines.has(asset.name)) {
      const line = document.createElement('li');
      line.append(`${asset.width} × ${asset.height}`);
      lines.set(asset.name, line);
    }
    const link = document.createElement('a');
    link.href = asset.url;
    link.target = '_blank';
    link.rel = 'noopener';
    link.textContent = `${FORMATS[asset.type] ?? asset.type} ${bytes(asset.size)}`;
    lines.get(asset.name).append(link);
  }
  byId('assets').replaceChildren(...lines.values());
  byId('assets').hidden = lines.size === 0;
}

/** The finished picture, loaded before it takes the preview's place. */
async function showReady(assets) {
  const ours = assets.filter((asset) => asset.name === VARIANT);
  const asset = ours.find(({ type }) => type === 'image/webp') ?? ours[0] ?? assets[0];
  if (asset) {
    const next = new Image();
    next.src = asset.url;
    await next.decode().catch(() => {});
    picture.src = asset.url;
    picture.alt = 'Your new photograph';
  }
  dropPreview();
  showAssets(assets);
}

function showStudio(person) {
  byId('sign-in').hidden = true;
  byId('studio').hidden = false;
  byId('who').hidden = false;
  byId('who-name').textContent = person.sub;
}

function showSignIn(hint) {
  byId('studio').hidden = true;
  byId('who').hidden = true;
  byId('sign-in').hidden = false;
  byId('sign-in-hint').textContent = hint;
  byId('sign-in-trouble').hidden = true;
  byId('name').focus();
}

// ---- What is done -------------------------------------------------------------------------------

function failed(error) {
  if (error.name === 'AbortError') {
    waitingFile = null;
    const person = session.current();
    if (person) showCurrent(person.sub);
    show('idle');
    tell('Cancelled.', 'Nothing has changed.');
    return;
  }
  const trouble = error instanceof Trouble ? error : new Trouble('Something went wrong.', 'Try again.', { retry: true });
  if (trouble.signIn) {
    session.signOut();
    showSignIn(`${trouble.message} ${trouble.detail}`);
    return;
  }
  if (!trouble.retry) {
    waitingFile = null;
    showCurrent(session.current()?.sub ?? '');
  }
  show(trouble.retry ? 'failed' : 'idle', { retry: trouble.retry });
  tell(trouble.message, trouble.detail, 'trouble');
}

async function journey(file, token, signal) {
  show('uploading');
  showProgress(0);
  tell('Uploading…');
  const slot = await openSlot(file, token);
  await put(slot, file, (part) => {
    showProgress(part);
    tell('Uploading…', `${Math.round(100 * part)} %`);
  }, signal);

  byId('ring').style.strokeDasharray = ''; // The style sheet's own, which turns.
  show('developing');
  tell('Developing…', 'Your photograph has arrived.');
  const status = await follow(slot, () => {}, signal);

  if (status.state === 'failed')
    throw new Trouble('This photograph could not be used.', status.detail ?? 'Choose another one.', { retry: status.reason === 'internal' });
  waitingFile = null;
  if (status.state === 'superseded') {
    showCurrent(session.current()?.sub ?? '');
    tell('A newer photograph was first.', 'It is the one that you see.');
  } else {
    await showReady(status.assets ?? []);
    tell('Done.', 'This is your photograph now.');
  }
  show('idle');
}

async function upload(file) {
  if (running) return;
  waitingFile = file;
  const person = session.current();
  if (!person) {
    showSignIn('Your session has ended. Sign in to go on; your photograph is kept.');
    return;
  }
  running = new AbortController();
  showPreview(file);
  try {
    await journey(file, person.token, running.signal);
  } catch (error) {
    failed(error);
  } finally {
    running = null;
  }
}

function begin() {
  const person = session.current();
  if (!person) {
    showSignIn('to change your photograph.');
    return;
  }
  showStudio(person);
  if (waitingFile) {
    upload(waitingFile);
    return;
  }
  show('idle');
  tell('', 'Choose a photograph, or drop one here.');
  showCurrent(person.sub);
}

// ---- What is listened to ------------------------------------------------------------------------

byId('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = byId('sign-in-button');
  button.disabled = true;
  byId('sign-in-trouble').hidden = true;
  try {
    await session.signIn(byId('name').value, byId('password').value);
    byId('password').value = '';
    begin();
  } catch (error) {
    byId('sign-in-trouble').textContent = error.message;
    byId('sign-in-trouble').hidden = false;
    byId('password').select();
  } finally {
    button.disabled = false;
  }
});

byId('sign-out').addEventListener('click', () => {
  running?.abort();
  waitingFile = null;
  dropPreview();
  picture.removeAttribute('src');
  byId('assets').hidden = true;
  session.signOut();
  showSignIn('to change your photograph.');
});

byId('choose').addEventListener('click', () => byId('file').click());
byId('retry').addEventListener('click', () => waitingFile && upload(waitingFile));
byId('cancel').addEventListener('click', () => running?.abort());
byId('file').addEventListener('change', (event) => {
  const [file] = event.target.files;
  event.target.value = ''; // So that the same file can be chosen again.
  if (file) upload(file);
});

picture.addEventListener('error', () => {
  if (preview && picture.src === preview) byId('no-preview').hidden = false;
});

const hasFile = (event) => event.dataTransfer?.types.includes('Files') && !byId('studio').hidden;
addEventListener('dragover', (event) => {
  if (!hasFile(event)) return;
  event.preventDefault();
  if (!running) frame.dataset.drop = '';
});
addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) delete frame.dataset.drop;
});
addEventListener('drop', (event) => {
  if (!hasFile(event)) return;
  event.preventDefault(); // Else the browser leaves the page to show the file.
  delete frame.dataset.drop;
  if (event.dataTransfer.files.length > 0) upload(event.dataTransfer.files[0]);
});
addEventListener('paste', (event) => {
  if (!byId('studio').hidden && event.clipboardData.files.length > 0) upload(event.clipboardData.files[0]);
});

session.takeTokenFromAddress();
addEventListener('hashchange', () => {
  session.takeTokenFromAddress();
  begin();
});
fetch('/app-config.json')
  .then((response) => response.json())
  .then((config) => {
    edgeUrl = config.edge_url;
    begin();
  })
  .catch(() => showSignIn('The server does not answer. Reload this page in a moment.'));
