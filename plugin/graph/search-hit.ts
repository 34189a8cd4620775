// Runs in: server, CLI. A node as a hit of a search.
import { lastPart } from '../model/uri.ts';
import type { AnswerNode, SearchHit } from './answers.ts';
import { wordsOf } from './search-text.ts';

/** Properties by which a hit may have been found, in words. */
const FOUND_BY = { sha256: 'SHA-256', runId: 'run id', version: 'version', uri: 'URI', kind: 'kind', gitCommit: 'commit', gitBranch: 'branch', gitRemote: 'remote', packageName: 'package', host: 'host' } as const;

export function hitOf(node: AnswerNode, words: string[]): SearchHit {
  const hit = plainHit(node);
  const shown = wordsOf(`${hit.title} ${hit.subtitle}`);
  const hidden = words.find((word) => !shown.some((each) => each.startsWith(word)));
  const by = hidden === undefined ? undefined
    : (Object.keys(FOUND_BY) as (keyof typeof FOUND_BY)[]).find((name) => wordsOf(String(node.properties[name] ?? '')).some((word) => word.startsWith(hidden)));
  return { ...hit, found: by === undefined ? null : `${FOUND_BY[by]} ${String(node.properties[by])}` };
}

function plainHit({ id, labels, properties }: AnswerNode): Omit<SearchHit, 'found'> {
  const p = properties as { [name: string]: string | undefined };
  const label = labels[0]!;
  const base = { id, label, recordedAt: p.startedAt ?? p.servedAt ?? p.recordedAt ?? null };
  switch (label) {
    case 'Run':
      return { ...base, kind: p.workflowType ?? null, title: p.workflowId ?? id, subtitle: `${p.workflowType ?? 'workflow'} · ${p.status ?? 'unknown'}` };
    case 'ArtifactVersion':
      return {
        ...base, kind: p.kind ?? null, title: p.name ?? lastPart(p.uri ?? id), subtitle: `${p.uri ?? ''}@${p.version ?? ''}`,
        ...(p.withdrawnAt !== undefined && { withdrawnAt: p.withdrawnAt }),
      };
    case 'Step':
      return { ...base, kind: p.activityType ?? null, title: p.activityType ?? id, subtitle: `in ${decodeURIComponent(id.split('/')[2] ?? '')} · ${p.status ?? 'unknown'}` };
    case 'CodeVersion':
      return { ...base, kind: null, title: p.gitCommit ?? p.packageName ?? id, subtitle: [p.packageName, p.packageVersion, p.gitBranch].filter((part) => part !== undefined).join(' · ') };
    case 'Agent':
      return { ...base, kind: p.kind ?? null, title: p.name ?? p.identity ?? p.scheduleId ?? id, subtitle: [p.kind === 'actor' ? 'person or service' : p.kind, p.host].filter((part) => part !== undefined).join(' · ') };
    case 'Content':
      return { ...base, kind: null, title: p.sha256 ?? id, subtitle: 'bytes with this SHA-256' };
    default:
      return { ...base, kind: null, title: p.name ?? p.identity ?? id, subtitle: id };
  }
}
