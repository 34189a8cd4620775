// Runs in: the build. Makes the page's files; they need nothing from any other place.
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  build: {
    outDir: '../../dist/graph-ui/web',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows no inline scripts, and data: only for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Cytoscape alone is about 400 kB; it is needed at once.
    chunkSizeWarningLimit: 900,
  },
});
