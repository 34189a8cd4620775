// Runs in: CLI. An audit's report for a terminal.
import type { AuditReport, RunReport } from '../history/audit-report.ts';
import { isComplete } from '../history/audit-report.ts';
import { colors as pc } from './colors.ts';

/** More are told in the JSON. */
const MOST_LISTED = 20;

export function renderAudit(report: AuditReport, repaired: boolean): string {
  const { seals, captured, coverage } = report;
  const verdict = report.complete ? pc.green('✔ complete') : pc.red('✖ incomplete');
  const lines = [
    `${verdict}  ${pc.bold(String(report.runs))} runs, ${report.steps} steps, ${report.attempts} attempts`, '',
    row('sealed', seals.sealed, [[seals.open, 'go on'], [seals.failed, 'failed'], [seals.unsealed, 'unsealed']]),
    row('missing', report.missing - report.filled, [[report.filled, 'were, and are filled from history']]),
    row('there twice', report.duplicate, []),
    row('not confirmed', report.unconfirmed, []),
    row('captured', captured.full, [[captured.startOnly, 'by their start only'], [captured.historyOnly, 'from history only'], [report.unseen, 'known by number only']], 'attempts in full'),
    row('opaque steps', report.opaqueSteps, []),
    row('undecoded', report.undecoded, [], 'values, for which a codec is needed'),
    ...(report.unkeyed > 0 ? [row('unkeyed', report.unkeyed, [], 'values that were decoded, and not compared: their digests take a key (PROVENANCE_DIGEST_KEY)')] : []),
    row('leaving', report.leavingRetention, [], 'runs that leave retention soon, unsealed'),
    ...(report.unprovable.length > 0 ? [row('unprovable', report.unprovable.length, [], 'runs that left Temporal before they were sealed')] : []),
    '',
    ...watched('workflow types', coverage.workflows), ...watched('task queues', coverage.queues), ...watched('workers', coverage.workers),
    ...wanting(report.perRun.filter((run) => !isComplete(run))),
  ];
  if (!repaired && (report.missing > report.filled || seals.unsealed > 0)) lines.push('', pc.dim("'provenance audit --repair' fills what is missing and seals the runs."));
  return lines.join('\n');
}

function row(name: string, count: number, more: [number, string][], what = ''): string {
  const rest = more.filter(([number]) => number > 0).map(([number, of]) => `${number} ${of}`);
  return `${name.padEnd(15)}${pc.bold(String(count).padStart(7))}${what === '' ? '' : ` ${what}`}${rest.length > 0 ? pc.dim(`  ${rest.join(', ')}`) : ''}`;
}

function watched(what: string, counts: { [name: string]: number }): string[] {
  const names = Object.entries(counts).sort(([, a], [, b]) => b - a);
  if (names.length === 0) return [];
  const listed = names.slice(0, MOST_LISTED).map(([name, runs]) => `  ${name} ${pc.dim(`in ${runs} ${runs === 1 ? 'run' : 'runs'}`)}`);
  return [pc.yellow(`Without the plugin: ${names.length} ${what}`), ...listed, ...(names.length > MOST_LISTED ? [pc.dim(`  and ${names.length - MOST_LISTED} more: --json lists all`)] : []), ''];
}

function wanting(runs: RunReport[]): string[] {
  if (runs.length === 0) return [];
  const listed = runs.slice(0, MOST_LISTED).map(({ workflowId, runId, missing, filled, duplicate, unconfirmed, problem }) => {
    const faults = [[missing - filled, 'missing'], [duplicate, 'there twice'], [unconfirmed, 'not confirmed']].filter(([count]) => Number(count) > 0).map((fault) => fault.join(' '));
    return `  ${workflowId} ${pc.dim(runId)}  ${[...faults, problem].filter((text) => text !== '').join('; ')}`;
  });
  return [pc.red(`Wanting: ${runs.length} runs`), ...listed, ...(runs.length > MOST_LISTED ? [pc.dim(`  and ${runs.length - MOST_LISTED} more: --json lists all`)] : [])];
}
