// Runs in: worker, CLI. Where the workflow interceptors are, to be bundled with workflow code.
import { fileURLToPath } from 'node:url';

const module = (name: string) => fileURLToPath(new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));

/** By what their headers tell of places inside values. */
export const INTERCEPTORS = { names: module('workflow-interceptors'), positions: module('workflow-interceptors-positions') };
