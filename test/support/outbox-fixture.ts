// Runs in: tests. Small records, an outbox for them, and processes of their own that use one.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ProvenanceRecord } from '../../plugin/model/record.ts';

export const record = (name: string): ProvenanceRecord => ({
  v: 1, source: 'import', at: '2026-01-01T00:00:00Z', recordedAt: '2026-01-01T00:00:00Z', edges: [],
  nodes: [{ label: 'Run', id: `run/${name}`, aspect: 'started', set: { name } }],
});

export const nameOf = ({ nodes }: ProvenanceRecord): unknown => nodes[0]!.set.name;

/** A record of about so many bytes. */
export const heavy = (name: string, bytes: number): ProvenanceRecord => {
  const made = record(name);
  made.nodes[0]!.set.filler = 'x'.repeat(bytes);
  return made;
};

const built = (name: string): string => new URL(`../../dist/plugin/outbox/${name}.js`, import.meta.url).href;

/** Runs `script` in a process of its own, which has `Outbox`, `record`, `heavy` and the folder as `path`. */
export function inProcess(path: string, script: string, shell?: (node: string) => string): ChildProcess {
  const whole = `
    import { Outbox, OutboxFullError } from ${JSON.stringify(built('outbox'))};
    const path = ${JSON.stringify(path)};
    const record = ${record.toString()};
    const heavy = ${heavy.toString()};
    const say = (what) => process.stdout.write(JSON.stringify(what) + '\\n');
    ${script}`;
  const node = [process.execPath, '--input-type=module', '-e', whole];
  const quoted = node.map((part) => `'${part.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  const [command, ...args] = shell ? ['bash', '-c', shell(`exec ${quoted}`)] as const : node;
  return spawn(command!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** What the process said, and how it ended. */
export async function ended(child: ChildProcess): Promise<{ said: unknown[]; code: number | null; signal: string | null }> {
  let text = '';
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { said: text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as unknown), code, signal };
}

/** Resolves with the next thing that the process says. */
export async function nextSaid(child: ChildProcess): Promise<unknown> {
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer];
  return JSON.parse(chunk.toString()) as unknown;
}
