// Runs in: CLI. What came of something, by kind and by run.
import type { Impact } from '../graph/answers.ts';
import { colors as pc } from './colors.ts';
import { trustLines } from './render-trust.ts';

/** Of each kind so many are listed; --json has all. */
const MOST_LISTED = 20;

export function renderImpact({ versions, byKind, runs, trust, truncated, limit }: Impact): string {
  const lines: string[] = [];
  if (versions.length === 0) lines.push('Nothing that is recorded came of it.');
  for (const [kind, count] of Object.entries(byKind)) {
    lines.push(pc.bold(`${count} ${kind}`));
    const those = versions.filter((version) => (version.kind ?? 'artifact') === kind);
    for (const { uri, version, withdrawnAt } of those.slice(0, MOST_LISTED)) lines.push(`  ${pc.cyan('◆')} ${uri}${pc.dim('@')}${version}${withdrawnAt ? pc.red(' withdrawn') : ''}`);
    if (those.length > MOST_LISTED) lines.push(pc.dim(`  … and ${those.length - MOST_LISTED} more: --json has all`));
  }
  if (runs.length > 0) lines.push(pc.bold(`In ${runs.length} run${runs.length === 1 ? '' : 's'}`));
  for (const { workflowType, workflowId, runId, status, startedAt, seal, versions: made } of runs) {
    lines.push(`  ${pc.green('▣')} ${workflowType ?? 'run'} ${workflowId} ${pc.dim(`${runId}, ${status}${startedAt ? `, started ${startedAt}` : ''}, ${seal}, made ${made}`)}`);
  }
  lines.push('', ...trustLines(trust));
  if (truncated && limit) lines.push(pc.red(`Cut: ${limit.how}.`));
  return lines.join('\n');
}
