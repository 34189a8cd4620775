// Runs in: CLI.
import { createColors } from 'picocolors';

/** One thing that takes time. Exactly one of `done` and `fail` ends it. */
export interface ProgressStep {
  /** What is being done right now; replaces the last such detail. */
  update(detail: string): void;
  done(text?: string): void;
  fail(text?: string): void;
}

/** Says on a terminal, or in a log, what is going on. Steps may overlap. */
export interface Progress {
  step(text: string): ProgressStep;
}

/** Says nothing. */
export const silentProgress: Progress = {
  step: () => ({ update: () => undefined, done: () => undefined, fail: () => undefined }),
};

interface Stream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

interface Row {
  text: string;
  detail: string;
  since: number;
  announced: boolean;
  lastLine: number;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;
/** Off a terminal: a step that takes longer than this says so once … */
const ANNOUNCE_MS = 2_000;
/** … and again after each of these. */
const REPEAT_MS = 15_000;

/**
 * A terminal gets one spinner row per running step, with the seconds gone by. Anything else gets plain lines: when a step turns out
 * to be slow, every 15 s, and at its end. Colours only on a terminal, and not with NO_COLOR or TERM=dumb.
 *
 * @param stream default: stderr, so that what a command prints on stdout stays clean
 */
export function createProgress(stream: Stream = process.stderr): Progress {
  const rich = stream.isTTY === true && process.env['TERM'] !== 'dumb';
  const colors = createColors(rich && process.env['NO_COLOR'] === undefined);
  const rows = new Set<Row>();
  let drawn = 0;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;

  const erasure = () => {
    const code = drawn > 0 ? `\u001B[${drawn}F\u001B[J` : '';
    drawn = 0;
    return code;
  };

  const block = () => {
    // Some terminals say 0.
    const width = Math.max(20, (stream.columns || 80) - 1);
    drawn = rows.size;
    return [...rows].map((row) => {
      const spent = seconds(row.since);
      // Cut before colouring: a row that wraps would break the count of lines to erase.
      const text = cut(row.text, width - 4 - spent.length);
      const detail = cut(row.detail, width - text.length - spent.length - 7);
      const spinner = colors.cyan(FRAMES[frame % FRAMES.length] ?? '·');
      return `${spinner} ${text} ${colors.dim(spent)}${detail ? colors.dim(` · ${detail}`) : ''}\n`;
    }).join('');
  };

  const tick = () => {
    if (rich) {
      frame += 1;
      // One write for both: in two, it would flicker.
      stream.write(erasure() + block());
      return;
    }
    const now = Date.now();
    for (const row of rows) {
      if (!row.announced && now - row.since >= ANNOUNCE_MS) {
        row.announced = true;
        row.lastLine = now;
        stream.write(`${row.text} …${row.detail ? ` (${row.detail})` : ''}\n`);
      } else if (row.announced && now - row.lastLine >= REPEAT_MS) {
        row.lastLine = now;
        stream.write(`  still ${lowerFirst(row.text)}, ${seconds(row.since)}${row.detail ? `: ${row.detail}` : ''}\n`);
      }
    }
  };

  const finish = (row: Row, mark: string, text: string) => {
    if (!rows.delete(row)) return;
    const spent = Date.now() - row.since >= 1_000 ? colors.dim(` ${seconds(row.since)}`) : '';
    stream.write(`${rich ? erasure() : ''}${mark} ${text}${spent}\n${rich ? block() : ''}`);
    if (rows.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };

  return {
    step(text) {
      const row: Row = { text, detail: '', since: Date.now(), announced: false, lastLine: 0 };
      rows.add(row);
      if (rich) tick();
      timer ??= setInterval(tick, rich ? FRAME_MS : 500).unref();
      return {
        update: (detail) => void (row.detail = detail.replace(/\s+/g, ' ').trim()),
        done: (end = text) => finish(row, colors.green('✔'), end),
        fail: (end = text) => finish(row, colors.red('✖'), end),
      };
    },
  };
}

function seconds(since: number): string {
  const total = Math.round((Date.now() - since) / 1_000);
  return total < 60 ? `${total}s` : `${Math.floor(total / 60)}m ${String(total % 60).padStart(2, '0')}s`;
}

function cut(text: string, length: number): string {
  if (length < 2) return '';
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
