// Runs in: browser. What a node is called: a title and a few words below it.
import type { AnswerNode } from '../../../plugin/graph/answers.ts';
import { bytes, counted, duration, shortDigest } from '../base/format.ts';
import { kindOf, lookOf } from '../base/kinds.ts';
import { attemptNumber } from './fold.ts';
import type { TraceIndex } from './trace-index.ts';
import type { ViewNode } from './view.ts';

export interface Name {
  title: string;
  subtitle: string;
}

export function nameOf(node: AnswerNode, index?: TraceIndex): Name {
  const p = new Properties(node);
  switch (node.labels[0]) {
    case 'ArtifactVersion':
      return {
        title: p.text('name') ?? lastPart(p.text('uri') ?? node.id),
        subtitle: shortDigest(p.text('version') ?? p.text('sha256') ?? ''),
      };
    case 'Artifact':
      return { title: p.text('name') ?? lastPart(p.text('uri') ?? node.id), subtitle: p.text('uri') ?? '' };
    case 'Step':
      return { title: stepTitle(node, p), subtitle: stepPlace(node, p, index) };
    case 'Attempt':
      return { title: `Attempt ${attemptNumber(node) || lastPart(node.id)}`, subtitle: words(p.text('status'), p.time('durationMs')) };
    case 'Value':
      return { title: words(p.text('role') === 'result' ? undefined : p.text('role'), p.text('name')) || (p.text('type') ?? 'Value'), subtitle: words(shortDigest(p.text('digest') ?? ''), p.size('bytes')) };
    case 'Run':
      return { title: p.text('workflowType') ?? p.text('workflowId') ?? lastPart(node.id), subtitle: words(p.text('workflowId'), p.text('status')) };
    case 'CodeVersion':
      return { title: codeTitle(p) ?? lastPart(node.id), subtitle: words(p.text('packageName'), p.text('packageVersion')) };
    case 'Environment':
      return { title: words(p.text('os', 'platform'), p.text('cpu')) || lastPart(node.id), subtitle: words(p.text('node', 'runtime')) };
    case 'Agent':
      return { title: p.text('identity', 'name') ?? lastPart(node.id), subtitle: words(p.text('kind'), p.text('host')) };
    case 'Content':
      return { title: shortDigest(p.text('sha256') ?? lastPart(node.id)), subtitle: p.size('size') ?? '' };
    default:
      return { title: p.text('name', 'title') ?? lastPart(node.id), subtitle: '' };
  }
}

/** As `nameOf`; a bundle is called by how many it holds. */
export function nameOfView(view: ViewNode, index?: TraceIndex): Name {
  if (view.steps > 0) return { title: nameOf(view.node).title, subtitle: words(counted(view.steps, 'step'), new Properties(view.node).text('workflowId')) };
  if (view.members.length === 0) return nameOf(view.node, index);
  const { plural } = lookOf(kindOf(view.node));
  const first = nameOf(view.members[0]!, index).title;
  const last = nameOf(view.members.at(-1)!, index).title;
  return { title: `${view.members.length} ${plural.toLowerCase()}`, subtitle: first === last ? first : `${first} … ${last}` };
}

/** A Nexus operation is called by its own name, a timer by how long it took. */
function stepTitle(node: AnswerNode, p: Properties): string {
  if (p.text('kind') === 'timer') return `timer ${p.time('durationMs') ?? ''}`.trim();
  const type = p.text('activityType', 'type', 'name', 'kind') ?? lastPart(node.id);
  return p.text('kind') === 'nexus' ? lastPart(type) : type;
}

function stepPlace(step: AnswerNode, p: Properties, index: TraceIndex | undefined): string {
  const run = index?.runOf(step.id);
  if (run === undefined) return p.text('activityId') ?? '';
  const { workflowType, workflowId } = run.properties;
  return `in ${typeof workflowType === 'string' ? workflowType : String(workflowId ?? 'a run')}`;
}

function codeTitle(p: Properties): string | undefined {
  const commit = p.text('gitCommit');
  if (commit === undefined) return p.text('packageVersion');
  return `${commit.slice(0, 8)}${p.value('gitDirty') === true ? ' + changes' : ''}`;
}

function words(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

/** The last part of a URI or an id, decoded. */
export function lastPart(text: string): string {
  const last = text.replace(/\/+$/, '').split('/').at(-1) ?? text;
  try {
    return decodeURIComponent(last) || text;
  } catch {
    return last || text;
  }
}

class Properties {
  readonly #node: AnswerNode;
  constructor(node: AnswerNode) {
    this.#node = node;
  }
  value(name: string): unknown {
    return this.#node.properties[name];
  }
  /** The first of these that is a text with something in it, or a number. */
  text(...names: string[]): string | undefined {
    for (const name of names) {
      const value = this.#node.properties[name];
      if (typeof value === 'string' && value !== '') return value;
      if (typeof value === 'number') return String(value);
    }
    return undefined;
  }
  time(name: string): string | undefined {
    const value = this.#node.properties[name];
    return typeof value === 'number' ? duration(value) : undefined;
  }
  size(name: string): string | undefined {
    const value = this.#node.properties[name];
    return typeof value === 'number' ? bytes(value) : undefined;
  }
}
