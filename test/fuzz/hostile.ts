// Runs in: CLI (fuzz), tests. Things whose names are out to break something: markup, Cypher, control characters, sheer length.
import { artifactVersionId, runId } from '../../plugin/model/id.ts';
import type { ProvenanceRecord } from '../../plugin/model/record.ts';

/** Each as a name, a workflow id, and within a URI. */
export const HOSTILE_NAMES = [
  '<script>document.title = "owned"</script>', '"><img src=x onerror=alert(1)>', '\u0027; MATCH (n) DETACH DELETE n //', '`}) RETURN n UNION MATCH (m) RETURN m //', '$id {subject} ${1+1} %s',
  '\u0000\u0001\u001b[31mred\u0007', 'line\nbreak\r\nSet-Cookie: a=b', '\u202Egnp.tac', '\uFFFF\uFFFE', '../../../../etc/passwd', '%00%2e%2e%2f', '+name:*~ AND (a OR b)^9 [a TO b]', '𝒜😀\u0301'.repeat(20), 'x'.repeat(10_000),
] as const;

/** Temporal takes no longer one. */
export const workflowIdOf = (name: string): string => name.slice(0, 1_000);
/** No URI is longer than 4 kB. */
const uriOf = (name: string): string => `s3://hostile/${encodeURIComponent(name).slice(0, 1_200)}`;

/** Ids of what has that name: a version of an artifact, and a run. */
export function hostileIds(name: string): { version: string; run: string } {
  return {
    version: artifactVersionId({ uri: uriOf(name), version: name }),
    run: runId({ namespace: 'default', workflowId: workflowIdOf(name), runId: '00000000-0000-4000-8000-000000000000' }),
  };
}

export function hostileRecords(): ProvenanceRecord[] {
  const at = new Date().toISOString();
  return HOSTILE_NAMES.map((name) => {
    const { version, run } = hostileIds(name);
    return {
      v: 1, source: 'import', at, recordedAt: at, edges: [],
      nodes: [
        { label: 'ArtifactVersion', id: version, kind: 'dataset', aspect: 'declared', set: { name, uri: uriOf(name), version: name, kind: 'dataset' } },
        { label: 'Run', id: run, aspect: 'started', set: { workflowId: workflowIdOf(name), workflowType: workflowIdOf(name), runId: '00000000-0000-4000-8000-000000000000' } },
      ],
    };
  });
}
