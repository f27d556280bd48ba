// The theme is the reader's choice, kept in this browser; it follows no clock.
export const THEMES = ['light', 'dark', 'night'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'truceline.theme';

function stored(): Theme {
  const now = document.documentElement.dataset.theme;
  return THEMES.find((t) => t === now) ?? 'light';
}

export const theme = $state<{ name: Theme; before: Theme }>({ name: stored(), before: 'light' });

export function chooseTheme(name: Theme): void {
  if (theme.name !== 'night') theme.before = theme.name;
  theme.name = name;
  document.documentElement.dataset.theme = name;
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // Storage is switched off: the choice lasts until the page is left.
  }
}

/** `N`: night, and back to what was before. */
export function toggleNight(): void {
  chooseTheme(theme.name === 'night' ? theme.before : 'night');
}
