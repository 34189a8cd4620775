// Runs in: server. The page's files as Vite built them.
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';
import { HttpProblem } from './problem.ts';

/** Where `npm run build` puts the page, seen from the source and from the compiled file alike. */
export function builtPage(): string {
  const fromHere = import.meta.url.endsWith('.ts') ? '../../dist/graph-ui/web' : '../web';
  return fileURLToPath(new URL(fromHere, import.meta.url));
}

/** Serves the page from `directory`. Its state is in the query, so `/` is the only address it has. */
export function pageRoutes(directory: string): Router {
  const router = Router();
  router.use(
    express.static(directory, {
      index: 'index.html',
      redirect: false,
      setHeaders: (response, path) => {
        // Files below assets/ have their content's hash in the name; index.html names the current ones.
        const hashed = path.includes(`${sep}assets${sep}`);
        response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    }),
  );
  router.use((request) => {
    const built = existsSync(join(directory, 'index.html'));
    throw new HttpProblem(
      'not-found',
      built || request.path !== '/'
        ? `There is no page ${request.path}.`
        : 'The page is not built: run `npm run build`. The API answers below /api/v1.',
    );
  });
  return router;
}
