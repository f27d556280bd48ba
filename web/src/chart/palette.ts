// The chart's colours are the page's tokens: a theme changes properties only, and the canvas reads them.
export interface Palette {
  ink: string;
  ink2: string;
  ink3: string;
  accent: string;
  band: string;
  bandFill: string;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: token('--ink'),
    ink2: token('--ink-2'),
    ink3: token('--ink-3'),
    accent: token('--accent'),
    band: token('--band'),
    bandFill: token('--band-fill'),
  };
}
