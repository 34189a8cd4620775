// Runs in: browser. What is worth a mark on a card: what the trace's trust says of it, and whether its run is sealed.
import type { Trust } from '../../../plugin/graph/answers.ts';
import { h } from '../base/dom.ts';
import { icon } from '../base/icons.ts';
import { isA } from '../lineage/fold.ts';
import type { TraceIndex } from '../lineage/trace-index.ts';
import type { ViewNode } from '../lineage/view.ts';

export interface Marks {
  /** Null when there is nothing to warn of. */
  warning: string | null;
  isWithdrawn: boolean;
  /** Whether it, or one of those it stands for, belongs to a run that Temporal's history has not confirmed for good. */
  isUnsealed: boolean;
}

export function marksOf(node: ViewNode, trust: Trust, index: TraceIndex): Marks {
  const ids = new Set([node.id, ...node.members.map(({ id }) => id), ...node.attempts.map(({ id }) => id)]);
  const withdrawal = trust.withdrawn.find(({ version }) => ids.has(version));
  const runs = [node.node, ...node.members].map((one) => (isA(one, 'Run') ? one : isA(one, 'Step') || isA(one, 'Attempt') ? index.runOf(one.id) : undefined));
  return {
    warning: withdrawal === undefined ? warningOf(ids, trust) : `Withdrawn${withdrawal.reason === null ? '' : `: ${withdrawal.reason}`}`,
    isWithdrawn: withdrawal !== undefined,
    isUnsealed: runs.some((run) => run !== undefined && run.properties['seal'] !== 'sealed'),
  };
}

function warningOf(ids: Set<string>, trust: Trust): string | null {
  if (trust.conflicts.some((id) => ids.has(id))) return 'This version was seen with more than one digest';
  if (trust.failedRuns.some((id) => ids.has(id))) return "What is recorded of this run does not agree with Temporal's history";
  if (trust.ambiguousUses.some(({ version }) => ids.has(version))) return 'Generated more than once, and used by name: any of these may be meant';
  if (trust.unconfirmed.some((id) => ids.has(id))) return "Temporal's history does not confirm this";
  if (trust.opaqueSteps.some((id) => ids.has(id))) return 'What went into this step is not known';
  return null;
}

/** The marks in a card's corners. */
export function markElements({ warning, isWithdrawn, isUnsealed }: Marks): HTMLElement[] {
  return [
    ...(warning === null ? [] : [h('span', { class: isWithdrawn ? 'card-warning is-withdrawn' : 'card-warning' }, icon('warning'))]),
    ...(isUnsealed ? [h('span', { class: 'card-unsealed' })] : []),
  ];
}

/** The same in words. */
export function markWords({ warning, isUnsealed }: Marks): string[] {
  return [...(warning === null ? [] : [warning]), ...(isUnsealed ? ['not sealed'] : [])];
}
