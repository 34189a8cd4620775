// Runs in: tests. Holds what was recorded against what is true. Pure.

/** The evidence of data-flow edges. */
export const GRADES = ['observed', 'declared', 'inferred'] as const;
export type Grade = (typeof GRADES)[number];

/** `to` took what lies at `toPath` in it from `fromPath` in `from`. Paths are JSON Pointers, `''` is the whole. */
export interface FlowEdge {
  to: string;
  toPath: string;
  from: string;
  fromPath: string;
}

export interface RecordedEdge extends FlowEdge {
  evidence: string;
}

/** What is true of one case, as texts `WHO /path <- WHOM /path` (see case.ts for the names). */
export interface Truth {
  /** True, and known by object identity, or by what the protocol itself says. */
  observed?: string[];
  /** True, and said by activity code. */
  declared?: string[];
  /** True, and known by an equal, distinctive value alone. */
  inferred?: string[];
  /** True, and nobody could know it: by the reason why. */
  unknowable?: Record<string, string[]>;
  /** True, but told by another edge already: right where it is recorded, and not missed where it is not. */
  implied?: string[];
  /** False, and easily taken for true. */
  tempting?: string[];
}

export interface CaseScore {
  name: string;
  pattern: string;
  /** Recorded edges by their evidence: how many, and how many of them are true. */
  recorded: Record<Grade, { edges: number; right: number }>;
  /** True edges by how they can be known: how many, and how many were recorded, with whatever evidence. */
  known: Record<Grade, { edges: number; found: number }>;
  unknowable: { edges: number; found: number; reasons: string[] };
  wrong: string[];
  missed: string[];
}

/** @throws Error for a text that is no edge */
export function parseEdge(text: string): FlowEdge {
  const parts = /^(\S+)(?: (\/\S*))? <- (\S+)(?: (\/\S*))?$/.exec(text);
  if (!parts) throw new Error(`'${text}' is no edge: write 'WHO /path <- WHOM /path'`);
  return { to: parts[1]!, toPath: parts[2] ?? '', from: parts[3]!, fromPath: parts[4] ?? '' };
}

export function edgeText({ to, toPath, from, fromPath }: FlowEdge): string {
  return `${to} ${toPath} <- ${from} ${fromPath}`.replaceAll(/ +/g, ' ').trim();
}

/** Whether `edge` is `whole`, or the same part of both its ends. One that is broader than `whole` is not within it. */
export function isWithinEdge(edge: FlowEdge, whole: FlowEdge): boolean {
  if (edge.to !== whole.to || edge.from !== whole.from) return false;
  const rest = below(edge.toPath, whole.toPath);
  return rest !== undefined && rest === below(edge.fromPath, whole.fromPath);
}

function below(path: string, whole: string): string | undefined {
  return path === whole || path.startsWith(`${whole}/`) ? path.slice(whole.length) : undefined;
}

/** Whatever was recorded and is not within a true edge is wrong: what a case is not labelled with is false. */
export function scoreCase(name: string, pattern: string, truth: Truth, recorded: RecordedEdge[]): CaseScore {
  const edges = (texts: string[] = []) => texts.map(parseEdge);
  const known = { observed: edges(truth.observed), declared: edges(truth.declared), inferred: edges(truth.inferred) };
  const unknowable = edges(Object.values(truth.unknowable ?? {}).flat());
  const right = byEnds([...Object.values(known).flat(), ...unknowable, ...edges(truth.implied)]);
  const said = byEnds(recorded);
  const isRight = (edge: FlowEdge) => (right.get(ends(edge)) ?? []).some((whole) => isWithinEdge(edge, whole));
  const isFound = (whole: FlowEdge) => (said.get(ends(whole)) ?? []).some((edge) => isWithinEdge(edge, whole));
  const graded = (grade: Grade) => recorded.filter(({ evidence }) => evidence === grade);
  return {
    name,
    pattern,
    recorded: perGrade((grade) => ({ edges: graded(grade).length, right: graded(grade).filter(isRight).length })),
    known: perGrade((grade) => ({ edges: known[grade].length, found: known[grade].filter(isFound).length })),
    unknowable: { edges: unknowable.length, found: unknowable.filter(isFound).length, reasons: Object.keys(truth.unknowable ?? {}) },
    wrong: recorded.filter((edge) => !isRight(edge)).map((edge) => `${edge.evidence}: ${edgeText(edge)}`),
    missed: Object.values(known).flat().filter((edge) => !isFound(edge)).map(edgeText),
  };
}

export function perGrade<T>(of: (grade: Grade) => T): Record<Grade, T> {
  return { observed: of('observed'), declared: of('declared'), inferred: of('inferred') };
}

function ends({ to, from }: FlowEdge): string {
  return `${to} <- ${from}`;
}

function byEnds<T extends FlowEdge>(edges: T[]): Map<string, T[]> {
  return groupBy(edges, ends);
}

/** As Map.groupBy, which Node 20 does not have. */
export function groupBy<T>(all: Iterable<T>, keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}
