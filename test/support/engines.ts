// Runs in: tests. Where this run's engines are, and names that no other test uses.
import { inject } from 'vitest';

export const engines = inject('engines');

export const neo4j = {
  uri: engines.neo4jUri, username: engines.neo4jUsername, password: engines.neo4jPassword, database: engines.neo4jDatabase,
};

/** Nobody listens there: what a graph looks like that is away. */
export const nowhere = { ...neo4j, uri: 'bolt://127.0.0.1:1' };

/** A name that no other test of this run uses. */
export function unique(name: string): string {
  return `${name}-${crypto.randomUUID().slice(0, 8)}`;
}
