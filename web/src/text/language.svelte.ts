// The language is the reader's choice, kept in this browser as the theme is. The pages of the register speak all of these.
export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What a language calls itself. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', fr: 'Français' };

const KEY = 'truceline.language';

function stored(): Language {
  try {
    const kept = localStorage.getItem(KEY);
    return LANGUAGES.find((language) => language === kept) ?? 'en';
  } catch {
    return 'en';
  }
}

export const language = $state<{ name: Language }>({ name: stored() });

export function chooseLanguage(name: Language): void {
  language.name = name;
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // Storage is switched off: the choice lasts until the page is left.
  }
}
