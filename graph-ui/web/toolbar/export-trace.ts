// Runs in: browser. Saves the trace, edges and context included, as the server gave it.
import type { Trace } from '../../../plugin/graph/answers.ts';
import { save } from '../base/save.ts';

export function exportTrace(subject: string, trace: Trace): void {
  save('trace', subject, 'json', JSON.stringify({ subject, exportedAt: new Date().toISOString(), ...trace }, null, 2));
}
