// Runs before the first paint, so that a night theme never flashes white.
try {
  const theme = localStorage.getItem('truceline.theme');
  if (theme === 'dark' || theme === 'night') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the light theme stands.
}
