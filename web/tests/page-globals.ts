// What modules of the page read of the browser when they are loaded. Imported before them.
Object.assign(globalThis, {
  window: { matchMedia: () => ({ matches: false, addEventListener: () => undefined }) },
  document: { documentElement: { dataset: {} } },
  location: { href: 'https://casement.test/d/x' },
});
