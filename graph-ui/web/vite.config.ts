// Runs in: the build. Makes the page's files; they need nothing from any other place.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const page = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: './',
  build: {
    outDir: '../../dist/graph-ui/web',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows no inline scripts, and data: only for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [page('index.html'), page('sign-in/index.html')],
      output: {
        // Whoever has not signed in gets nothing but what lies below sign-in/.
        entryFileNames: ({ facadeModuleId }) => `${facadeModuleId?.includes('/sign-in/') ? 'sign-in' : 'assets'}/[name]-[hash].js`,
        assetFileNames: ({ originalFileNames }) => `${originalFileNames.some((name) => name.startsWith('sign-in/')) ? 'sign-in' : 'assets'}/[name]-[hash][extname]`,
      },
    },
    // Cytoscape alone is about 400 kB; it is needed at once.
    chunkSizeWarningLimit: 900,
  },
});
