import './style/tokens.css';
import './style/base.css';
import './style/pages.css';
import './style/pictures.css';
import './theme.ts';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { loadConfig } from './config.ts';
import { startSession } from './session.ts';

// A file that misses its place must not replace the page.
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => event.preventDefault());

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(<App />);
void loadConfig().then(startSession);
