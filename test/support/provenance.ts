// Runs in: tests. Runs the CLI as it is built.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { neo4j } from './engines.ts';

const program = fileURLToPath(new URL('../../dist/plugin/cli/main.js', import.meta.url));

export interface Ended {
  code: number;
  out: string;
  err: string;
}

export function provenance(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const own = { NEO4J_URI: neo4j.uri, NEO4J_USERNAME: neo4j.username, NEO4J_PASSWORD: neo4j.password, NEO4J_DATABASE: neo4j.database };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env: { ...process.env, ...own, ...env } }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}
