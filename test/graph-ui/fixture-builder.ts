// Runs in: tests. Builds lineage of real shape by hand, in memory.
import { createHash } from 'node:crypto';
import type { AnswerEdge, AnswerNode, Evidence } from '../../plugin/graph/answers.ts';
import type { Json } from '../../plugin/model/json.ts';

type Properties = { [name: string]: Json };

export interface StepOptions {
  run: string;
  /** Values that the step took in. */
  takes?: string[];
  /** Versions that the activity said it used. */
  uses?: string[];
  /** Versions that the activity made. */
  makes?: string[];
  /** Versions that it only passed on. */
  carries?: string[];
  /** Messages of attempts that failed before the one that did not. */
  failures?: string[];
  params?: Properties;
  metrics?: Properties;
}

/** A small graph, and what of a node stands apart from it. */
export class FixtureGraph {
  readonly nodes = new Map<string, AnswerNode>();
  readonly edges: AnswerEdge[] = [];
  readonly details = new Map<string, Properties>();
  #clock = Date.parse('2025-03-14T09:00:00.000Z');

  add(id: string, labels: string[], properties: Properties): string {
    this.nodes.set(id, { id, labels, properties: { id, ...properties, recordedAt: this.now() } });
    return id;
  }

  link(from: string, type: string, to: string, evidence: Evidence | null = null, via: string | null = null): void {
    this.edges.push({ from, to, type, evidence, via, ...(via === 'argument' ? { fromPath: '', toPath: '/0' } : {}) });
  }

  run(workflowType: string, workflowId: string): string {
    const runId = digest(workflowId).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
    return this.add(`run/default/${workflowId}/${runId}`, ['Run'], {
      workflowId, runId, workflowType, namespace: 'default', taskQueue: 'flight-delays', status: 'completed', startedAt: this.now(), closedAt: this.now(60_000),
    });
  }

  version(uri: string, kind: string, version: string, more: Properties = {}): string {
    const sha256 = digest(uri + version);
    const id = this.add(`artifact-version/${uri}@${version}`, ['ArtifactVersion', kind], {
      uri, version, sha256, size: 1000 + (Number.parseInt(sha256.slice(0, 7), 16) % 90_000_000), name: decodeURIComponent(uri.split('/').at(-1)!), ...more,
    });
    this.link(id, 'HAS_CONTENT', this.add(`content/${sha256}`, ['Content'], { sha256, size: this.nodes.get(id)!.properties['size']! }));
    this.link(id, 'VERSION_OF', this.add(`artifact/${uri}`, ['Artifact', kind], { uri, name: uri.split('/').at(-1)! }));
    return id;
  }

  /** Adds a step with its attempts; gives its result's id. */
  step(activityType: string, options: StepOptions): string {
    const runKey = options.run.replace(/^run\//, '');
    const number = [...this.nodes.values()].filter(({ labels }) => labels[0] === 'Step').length + 1;
    const step = this.add(`step/${runKey}/activity/${number}/1`, ['Step'], {
      activityType, activityId: String(number), kind: 'activity', scheduledAt: this.now(), status: 'completed', inputDigest: digest(activityType),
    });
    this.link(step, 'PART_OF', options.run);
    for (const value of options.takes ?? []) this.link(step, 'USED', value, 'observed', 'argument');
    (options.failures ?? []).forEach((message, index) => {
      const failed = this.#attempt(step, index + 1, { status: 'failed', failureType: 'ApplicationFailure' });
      this.details.set(failed, { failureMessage: message, failureStack: `ApplicationFailure: ${message}\n    at ${activityType} (worker/flights/${activityType}.ts:41:11)` });
      for (const version of options.uses ?? []) this.link(failed, 'USED', version, 'declared', 'lineage.used');
    });
    const attempt = this.#attempt(step, (options.failures?.length ?? 0) + 1, {
      status: 'completed', ...(options.params ? { params: JSON.stringify(options.params) } : {}), ...(options.metrics ? { metrics: JSON.stringify(options.metrics) } : {}),
    });
    for (const version of options.uses ?? []) this.link(attempt, 'USED', version, 'declared', 'lineage.used');
    for (const version of options.makes ?? []) this.link(version, 'WAS_GENERATED_BY', attempt, 'declared', 'lineage.generated');
    const result = this.add(`${attempt}/result`, ['Value'], { digest: `sha256:${digest(attempt)}`, bytes: 312, type: 'object' });
    this.details.set(result, { preview: '{"uri":"file:///data/…","version":"…"}' });
    this.link(result, 'WAS_GENERATED_BY', attempt, 'observed', 'result');
    for (const version of [...(options.makes ?? []), ...(options.carries ?? [])]) this.link(result, 'CARRIED', version, 'observed', 'result');
    return result;
  }

  #attempt(step: string, number: number, properties: Properties): string {
    const durationMs = 240 + (Number.parseInt(digest(`${step}${number}`).slice(0, 4), 16) % 9000);
    const attempt = this.add(`${step}/attempt/${number}`, ['Attempt'], {
      number, workerStartedAt: this.now(), workerEndedAt: this.now(durationMs), durationMs, identity: '4182@worker-7f9c', taskQueue: 'flight-delays', ...properties,
    });
    this.link(attempt, 'ATTEMPT_OF', step);
    this.link(attempt, 'RAN_CODE', 'code/9b1c44f2');
    this.link(attempt, 'RAN_IN', 'env/51aa03de');
    this.link(attempt, 'WAS_ASSOCIATED_WITH', 'agent/worker/4182@worker-7f9c');
    return attempt;
  }

  now(ahead = 0): string {
    this.#clock += 1370;
    return new Date(this.#clock + ahead).toISOString();
  }
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
