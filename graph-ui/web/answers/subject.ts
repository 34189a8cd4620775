// Runs in: browser. What an answer is about, in words.
import { api } from '../base/api.ts';
import { nameOf } from '../lineage/naming.ts';

export interface Subject {
  title: string;
  subtitle: string;
}

/** @param ids of all that the question named */
export async function subjectOf(ids: string[], asked: string, signal: AbortSignal): Promise<Subject> {
  const [id] = ids;
  if (id === undefined || ids.length > 1) return { title: asked, subtitle: `${ids.length} things` };
  const { node } = await api.node(id, signal);
  const { title, subtitle } = nameOf(node);
  const uri = node.properties['uri'];
  return { title, subtitle: typeof uri === 'string' ? `${uri} @ ${String(node.properties['version'])}` : subtitle };
}
