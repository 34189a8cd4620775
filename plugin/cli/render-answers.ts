// Runs in: CLI. Lists for the terminal.
import { colors as pc } from './colors.ts';
import type { RunsUsing, UseHow, VersionSummary } from '../graph/answers.ts';

const HOW: Record<UseHow, string> = { declared: 'declared', argument: 'got it as an argument', carried: 'only handed it on', mentioned: 'has its uri in a value' };

export function renderRunsUsing({ versions, runs, next }: RunsUsing): string {
  const lines = versions.map((version) => `${pc.cyan('◆')} ${pc.bold(`${version.uri}@${version.version}`)}`);
  lines.push(runs.length === 0 ? 'No run used it.' : `Used by ${runs.length} run${runs.length === 1 ? '' : 's'}:`);
  for (const run of runs) {
    lines.push(`  ${pc.green('▣')} ${pc.bold(run.workflowType ?? 'run')} ${run.workflowId} ${pc.dim(run.runId)}`);
    lines.push(pc.dim(`     ${run.status}${run.startedAt ? `, started ${run.startedAt}` : ''}, ${run.seal === 'open' ? 'goes on' : run.seal === 'failed' ? 'not confirmed by its history' : run.seal}`));
    for (const step of run.steps) lines.push(`     ${pc.green('▸')} ${step.type ?? step.id} ${pc.dim(HOW[step.how])}${step.member ? pc.dim(`, as a member of ${step.member}`) : ''}`);
  }
  if (next) lines.push(pc.yellow(`There are more: go on with --after ${next}`));
  return lines.join('\n');
}

export function renderChoices(choices: VersionSummary[]): string {
  return choices.map((choice) => `  ${choice.uri}@${choice.version}  ${pc.dim(`recorded ${choice.recordedAt}${choice.sha256[0] ? `, sha256 ${choice.sha256[0]}` : ''}`)}`).join('\n');
}
