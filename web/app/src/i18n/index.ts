// The language of the page: what the browser asks for, or what was chosen here.

import { Store, useStore } from '../store.ts';
import { de } from './de.ts';
import { en, type Messages } from './en.ts';

const catalogues = { en, de } satisfies Record<string, Messages>;
export type Language = keyof typeof catalogues;
export const languages: Record<Language, string> = { en: 'English', de: 'Deutsch' };

const kChoice = 'tintype.language';
const isLanguage = (text: string | null): text is Language => text !== null && text in catalogues;

function first(): Language {
  const chosen = localStorage.getItem(kChoice);
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

export const language = new Store<Language>(first());
const apply = () => {
  document.documentElement.lang = language.get();
};
language.subscribe(apply);
apply();

export function chooseLanguage(chosen: Language): void {
  localStorage.setItem(kChoice, chosen);
  language.set(chosen);
}

export const useMessages = (): Messages => catalogues[useStore(language)];
export const useLanguage = (): Language => useStore(language);

const kSteps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
  ['week', 604_800],
];

/** "3 hours ago"; the date itself where it is older than a month. */
export function timeAgo(iso: string, lang: Language): string {
  const then = new Date(iso);
  const seconds = (Date.now() - then.getTime()) / 1000;
  if (seconds < 60) return catalogues[lang].just_now;
  if (seconds > 30 * 86_400) return then.toLocaleDateString(lang, { dateStyle: 'medium' });
  const [unit, length] = kSteps.findLast(([, each]) => seconds >= each) ?? ['minute', 60];
  return new Intl.RelativeTimeFormat(lang).format(-Math.floor(seconds / length), unit);
}
