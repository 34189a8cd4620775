// Runs in: browser. Sets the theme before anything is painted: main.ts comes too late for that, and would let the page
// flash in the other theme. base/theme.ts takes over from here and knows the same key; the sign-in page has this alone.
(() => {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const show = () => {
    let chosen = null;
    try {
      chosen = localStorage.getItem('temporal-provenance:theme');
    } catch {
      // Storage may be forbidden; then the system says.
    }
    document.documentElement.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : system.matches ? 'dark' : 'light';
  };
  system.addEventListener('change', show);
  show();
})();
