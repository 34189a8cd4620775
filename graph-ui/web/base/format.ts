// Runs in: browser. Numbers, times and digests as people read them.

const COUNT = new Intl.NumberFormat('en');
const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const NUMBER = new Intl.NumberFormat('en', { maximumSignificantDigits: 8 });

export function count(number: number): string {
  return COUNT.format(number);
}

/** `1 run`, `2 runs`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

export function plainNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : NUMBER.format(value).replaceAll(',', '');
}

export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[unit]}`;
}

export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${plainNumber(Math.round(milliseconds * 10) / 10)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

const SHORT_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** As `localTime`, without seconds. */
export function shortTime(text: string): string | null {
  return localTime(text) === null ? null : SHORT_TIME.format(new Date(text));
}

/** Null when the text is not an ISO 8601 time. */
export function localTime(text: string): string | null {
  return ISO.test(text) && !Number.isNaN(Date.parse(text)) ? TIME.format(new Date(text)) : null;
}

export function isDigest(text: string): boolean {
  return /^(sha256:|hmac-sha256:)?[0-9a-f]{40,128}$/.test(text);
}

/** First eight characters of a digest; of anything else, the whole. */
export function shortDigest(text: string): string {
  return isDigest(text) ? text.replace(/^[a-z0-9-]+:/, '').slice(0, 8) : text;
}

/** `workerStartedAt` → `Worker started at`. */
export function humanName(name: string): string {
  const known: { [name: string]: string } = { sha256: 'SHA-256', uri: 'URI', id: 'Id', os: 'OS', cpu: 'CPU', gpu: 'GPU', pid: 'Process id' };
  if (known[name] !== undefined) return known[name];
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll(/[_.]+/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1).replaceAll(/\bid\b/g, 'id').replaceAll(/ ms$/g, '');
}
