// Runs in: browser. Saves the trace, edges and context included, as the server gave it.
import type { Trace } from '../../../plugin/graph/answers.ts';

export function exportTrace(subject: string, trace: Trace): void {
  const text = JSON.stringify({ subject, exportedAt: new Date().toISOString(), ...trace }, null, 2);
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `trace-${subject.replaceAll(/[^A-Za-z0-9.-]+/g, '-').slice(-60).replace(/^-+/, '')}.json`;
  link.click();
  // The download has begun by then; at once would be too early in some browsers.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
