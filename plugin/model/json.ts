// Runs in: isolate, worker, server, browser, CLI. Types only.

/** What JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
