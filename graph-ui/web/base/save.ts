// Runs in: browser. Saves what an answer holds as a file.

/** @param about what the answer is of, for the file's name */
export function save(kind: string, about: string, ending: 'json' | 'csv', text: string): void {
  const type = ending === 'json' ? 'application/json' : 'text/csv';
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const name = about.replaceAll(/[^A-Za-z0-9.-]+/g, '-').slice(-60).replaceAll(/^-+|-+$/g, '');
  const link = document.createElement('a');
  link.href = url;
  link.download = `${[kind, name].filter((part) => part !== '').join('-')}.${ending}`;
  link.click();
  // The download has begun by then; at once would be too early in some browsers.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
