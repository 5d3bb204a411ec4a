// Light or dark: as the system says, or as chosen here.

import { Store, useStore } from './store.ts';

export type Theme = 'auto' | 'light' | 'dark';
export const themes: Theme[] = ['auto', 'light', 'dark'];

const kChoice = 'tintype.theme';
const stored = localStorage.getItem(kChoice);
const theme = new Store<Theme>(stored === 'light' || stored === 'dark' ? stored : 'auto');

function apply(): void {
  const chosen = theme.get();
  if (chosen === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
}
theme.subscribe(apply);
apply();

export function chooseTheme(chosen: Theme): void {
  if (chosen === 'auto') localStorage.removeItem(kChoice);
  else localStorage.setItem(kChoice, chosen);
  theme.set(chosen);
}

export const useTheme = (): Theme => useStore(theme);
