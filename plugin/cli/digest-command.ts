// Runs in: CLI. `provenance digest`: one number for all that the graph holds.
import { Command } from 'commander';
import { addressFromEnvironment, Connection } from '../graph/connection.ts';
import { type GraphDigest, graphDigest } from '../graph/digest.ts';
import { ensureSchema } from '../graph/schema.ts';
import { colors as pc } from './colors.ts';
import { createProgress } from './progress.ts';

export function digestCommand(): Command {
  return new Command('digest')
    .description('a canonical digest of all nodes and relationships: two graphs that hold the same have the same')
    .option('--json', 'the answer as JSON')
    .action(async (options: { json?: true }) => {
      const graph = new Connection(addressFromEnvironment());
      try {
        await ensureSchema(graph);
        const step = createProgress().step('Reading the graph');
        const answer = await graphDigest(graph, (done) => step.update(`${done} nodes and relationships`));
        step.done(`Read ${answer.nodes} nodes and ${answer.edges} relationships`);
        process.stdout.write(`${options.json ? JSON.stringify(answer, null, 2) : rendered(answer)}\n`);
      } finally {
        await graph.close();
      }
    });
}

function rendered({ digest, nodes, edges, byLabel, byType }: GraphDigest): string {
  const counts = (all: { [name: string]: number }) => Object.entries(all).map(([name, count]) => `${name} ${count}`).join(', ');
  return [pc.bold(`sha256:${digest}`), `${nodes} nodes: ${pc.dim(counts(byLabel))}`, `${edges} relationships: ${pc.dim(counts(byType))}`].join('\n');
}
