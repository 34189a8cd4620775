// Runs in: CLI. A trace as a tree in the terminal.
import { colors as pc } from './colors.ts';
import type { AnswerNode, Trace } from '../graph/answers.ts';
import { lastPart } from '../model/uri.ts';
import { trustLines } from './render-trust.ts';
import { lineageTree, type TreeNode } from './lineage-tree.ts';

const SYMBOL: { [label: string]: string } = { ArtifactVersion: '◆', Step: '▸', Run: '▣', Value: '·', Attempt: '·' };

export function renderTrace(trace: Trace): string {
  const { roots, nodes } = lineageTree(trace);
  const lines: string[] = [];
  const printed = new Set<string>();
  const print = (id: string, indent: string, branch: string, below: string): void => {
    const tree = nodes.get(id)!;
    const again = printed.has(id);
    lines.push(`${pc.dim(indent + branch)}${title(tree)}${again && tree.next.length > 0 ? pc.dim(' … as above') : ''}`);
    if (again) return;
    printed.add(id);
    const inner = indent + below;
    const next = tree.next.filter((child) => !isRedundant(child, tree, nodes));
    const facts = factLines(tree);
    for (const fact of facts) lines.push(`${pc.dim(`${inner}${next.length > 0 ? '│ ' : '  '}`)} ${fact}`);
    next.forEach((child, index) => {
      const last = index === next.length - 1;
      print(child, inner, last ? '└─ ' : '├─ ', last ? '   ' : '│  ');
    });
  };
  // A traced run has no place of its own in the lineage: its steps and values are the roots.
  const starts = roots.length > 0 ? roots : topmost(nodes);
  for (const id of starts) if (!printed.has(id)) print(id, '', '', '');
  return [...lines, '', summary(trace)].join('\n');
}

/** A step that is reached through what it made need not hang beside it as well. */
function isRedundant(child: string, parent: TreeNode, nodes: Map<string, TreeNode>): boolean {
  return parent.next.some((sibling) => sibling !== child && nodes.get(sibling)?.node.labels[0] === 'ArtifactVersion' && nodes.get(sibling)!.next.includes(child));
}

function topmost(nodes: Map<string, TreeNode>): string[] {
  const below = new Set([...nodes.values()].flatMap(({ next }) => next));
  return [...nodes.keys()].filter((id) => !below.has(id));
}

function title({ node, run, attempts }: TreeNode): string {
  const p = node.properties as { [name: string]: string | number | undefined };
  const symbol = SYMBOL[node.labels[0]!] ?? '•';
  if (node.labels[0] === 'ArtifactVersion') {
    return `${pc.cyan(symbol)} ${pc.cyan(String(p.kind ?? 'artifact'))} ${pc.bold(lastPart(String(p.uri)))}${pc.dim('@')}${shortVersion(String(p.version))}${p.withdrawnAt ? pc.red(' withdrawn') : ''}`;
  }
  if (node.labels[0] === 'Step') {
    // One that succeeded at once is not worth a word.
    const tries = attempts.map(({ properties }) => properties.number);
    const said = tries.length === 1 && tries[0] === 1 ? '' : pc.yellow(` attempt ${tries.join(', ')}`);
    return `${pc.green(symbol)} ${pc.green(p.kind === 'timer' ? `timer ${p.durationMs} ms` : String(p.activityType ?? node.id))}${tries.length === 0 ? '' : said} ${pc.dim(`in ${runName(run)}`)}`;
  }
  return `${symbol} ${node.labels[0]} ${pc.dim(node.id)}`;
}

function runName(run: AnswerNode | undefined): string {
  return run ? `${run.properties.workflowType ?? 'run'} ${run.properties.workflowId ?? run.id}` : 'an unknown run';
}

/** Where it is and what it holds, in full: these are copied from here. */
function factLines({ node }: TreeNode): string[] {
  const { uri, sha256, size } = node.properties;
  if (node.labels[0] !== 'ArtifactVersion') return [];
  const digest = typeof sha256 === 'string' ? [`sha256 ${sha256}${typeof size === 'number' ? `  ${size.toLocaleString('en')} bytes` : ''}`] : [];
  return [String(uri), ...digest].map(pc.dim);
}

function shortVersion(version: string): string {
  return /^sha256:[0-9a-f]{64}$/.test(version) ? `${version.slice(0, 19)}…` : version;
}

function summary({ counts, trust, truncated, limit }: Trace): string {
  const parts = Object.entries(counts.byLabel).map(([label, count]) => `${count} ${label}${count === 1 ? '' : 's'}`);
  const lines = [pc.dim(`${parts.join(', ')}; ${counts.edges} edges.`)];
  lines.push(...trustLines(trust));
  if (truncated && limit) lines.push(pc.red(`Cut: ${limit.how}.`));
  return lines.join('\n');
}
