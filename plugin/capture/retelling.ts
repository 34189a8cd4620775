// Runs in: isolate, worker, CLI. How workflow code is known to be replayed in order to tell anew what nobody recorded.

/** Such a replay worker's queue begins with this: of all that a replay is given, its name alone reaches workflow interceptors that were bundled before. */
export const RETELLING = 'provenance-retelling';
