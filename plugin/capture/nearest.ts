// Runs in: worker, CLI. Files of a package, found from a folder within it.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Found {
  directory: string;
  name: string;
  text: string;
}

/** The first of the files that is there, in the nearest folder upwards that has one. */
export function nearest(directory: string, names: string[]): Found | undefined {
  for (const name of names) {
    try {
      return { directory, name, text: readFileSync(join(directory, name), 'utf8') };
    } catch {
      // Not here.
    }
  }
  return dirname(directory) === directory ? undefined : nearest(dirname(directory), names);
}

/** An object, or undefined for what is none. */
export function jsonObject(text: string | undefined): { [name: string]: unknown } | undefined {
  try {
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as { [name: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}
