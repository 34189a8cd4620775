// Runs in: worker. What activity code logs in one attempt. The SDK has no interceptor for that: the context's logger is wrapped.
import type { Context } from '@temporalio/activity';
import { sha256 } from '../model/id.ts';
import { jsonText, redactText, withoutSecrets } from '../model/redact.ts';
import { artifactStatement } from './artifact-records.ts';
import type { AttemptKeys } from './attempt-records.ts';
import { type Content, detailOf, type Recorder } from './recorder.ts';

/** How much of an attempt's log is kept: the newest lines, since those tell how it ended. */
export interface LogBounds {
  /** Default: 1,000. */
  lines?: number;
  /** Default: 262,144. */
  bytes?: number;
}

/** In characters. */
const LONGEST_MESSAGE = 4_000;
const LONGEST_ATTRIBUTES = 2_000;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

interface Line {
  head: string;
  message: string;
  attributes: string;
  bytes: number;
}

/** The newest lines, and how many had to make room for them. */
export class KeptLines {
  leftOut = 0;
  readonly #lines: Line[] = [];
  readonly #most: Required<LogBounds>;
  #bytes = 0;

  constructor({ lines = 1_000, bytes = 256 * 1_024 }: LogBounds) {
    this.#most = { lines, bytes };
  }

  get count(): number {
    return this.#lines.length;
  }

  /** At once, as the attributes may change. Never throws. */
  add(level: string, said: unknown, attributes: unknown): void {
    try {
      const text = String(said);
      const message = text.length > LONGEST_MESSAGE ? redactText(text, LONGEST_MESSAGE) : text;
      const line = { head: `${new Date().toISOString()} ${level} `, message, attributes: attributesText(attributes) };
      const bytes = Buffer.byteLength(line.head + line.message + line.attributes) + 1;
      this.#lines.push({ ...line, bytes });
      this.#bytes += bytes;
      while (this.count > this.#most.lines || this.#bytes > this.#most.bytes) {
        this.#bytes -= this.#lines.shift()!.bytes;
        this.leftOut++;
      }
    } catch {
      this.leftOut++;
    }
  }

  /** Without secrets, those among them that became known as such after the line was written. */
  text(): string {
    return this.#lines.map(({ head, message, attributes }) => `${head}${withoutSecrets(message)}${attributes}\n`).join('');
  }
}

/** Undefined where nothing may be kept of what is logged, or nobody asked for it. */
export function watchLog(recorder: Recorder, context: Context): KeptLines | undefined {
  if (!recorder.logs || recorder.privacy.forActivity(context.info.activityType).sealed) return undefined;
  const original = context.log;
  // Nothing can stand in for what is frozen.
  if (Object.isFrozen(original)) return undefined;
  const kept = new KeptLines(recorder.logs);
  const tee = <Args extends unknown[]>(tell: (...args: Args) => unknown, keep: (...args: Args) => void) => (...args: Args): unknown => {
    const answer = tell.apply(original, args);
    keep(...args);
    return answer;
  };
  const own: { [name: PropertyKey]: unknown } = { log: tee(original.log, (level, message, attributes) => kept.add(level, message, attributes)) };
  for (const level of LEVELS) own[level] = tee(original[level], (message, attributes) => kept.add(level.toUpperCase(), message, attributes));
  // The user's logger is told first, what it was told before; and whatever else it can do, it still does, as itself.
  const log = new Proxy(original, {
    get(target, name) {
      const value: unknown = own[name] ?? Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  try {
    context.log = log;
  } catch {
    // A context that can't be given another keeps its own.
  }
  return kept;
}

/** Resolves once it is on disk. Never throws. */
export async function recordLog(recorder: Recorder, { attempt }: AttemptKeys, { info }: Context, kept: KeptLines | undefined, at: Date): Promise<void> {
  if (!kept || kept.count + kept.leftOut === 0) return;
  await recorder.record('interceptor', (): Content => {
    const text = kept.text();
    const { key, nodes, edges } = artifactStatement({
      kind: 'log', uri: `log:${attempt.id}`, sha256: sha256(text), size: Buffer.byteLength(text), name: `${info.activityType}, attempt ${info.attempt}`,
      statistics: { lines: kept.count, ...(kept.leftOut > 0 && { leftOut: kept.leftOut }) },
    })!;
    const detail = detailOf(key, 'log', { log: text }, 'timeless');
    return {
      at: at.toISOString(),
      nodes: [...nodes, ...detail.nodes],
      edges: [...edges, ...detail.edges, { type: 'WAS_GENERATED_BY', from: key, to: attempt, evidence: 'observed', via: 'log', walk: true }],
    };
  });
}

function attributesText(attributes: unknown): string {
  if (typeof attributes !== 'object' || attributes === null) return '';
  const shown = Object.entries(attributes).map(([key, value]) => [key, value instanceof Error ? String(value) : (value as unknown)]);
  if (shown.length === 0) return '';
  const text = jsonText(Object.fromEntries(shown), { left: LONGEST_ATTRIBUTES * 4 });
  return ` ${text.length > LONGEST_ATTRIBUTES ? `${text.slice(0, LONGEST_ATTRIBUTES)}…` : text}`;
}
