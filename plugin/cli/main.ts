#!/usr/bin/env node
// Runs in: CLI. `provenance`: asks the graph from a terminal.
import { Command } from 'commander';
import type { OpenGraph } from '../graph/open.ts';
import type { RunsUsing } from '../graph/answers.ts';
import { BUILD_FILE } from '../capture/git-state.ts';
import { auditCommand, backfillCommand } from './audit-command.ts';
import { codeVersionCommand } from './code-version-command.ts';
import { ask, failed, positive } from './command.ts';
import { digestCommand } from './digest-command.ts';
import { addOutboxCommands } from './outbox-command.ts';
import { rebuildCommand } from './rebuild-command.ts';
import { renderDiff } from './render-diff.ts';
import { renderRunsUsing } from './render-answers.ts';
import { renderImpact } from './render-impact.ts';
import { renderTrace } from './render-trace.ts';
import { reinstateCommand, withdrawCommand } from './withdraw-command.ts';

const AS_OF = 'only what had been recorded by then: 2026-11-03 (the end of that day, UTC) or 2026-11-03T12:00:00Z';

const program = new Command('provenance')
  .description('Lineage of the pipelines that run on Temporal, from the graph in Neo4j.')
  .addHelpText('after', `
Subjects: an id, URI@VERSION, or sha256:DIGEST. A question never means "the latest": without a version it lists the versions.
Neo4j is found by NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE.
Exit codes: 0 answered, 1 nothing found or incomplete, 2 bad input, 3 an engine can't be reached.`)
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'provenance: ')) });

program
  .command('trace')
  .description('what something is made of, back to raw data; with --downstream, what came of it')
  .argument('<subject>', 'an id, URI@VERSION, or sha256:DIGEST')
  .option('--downstream', 'what came of it, instead of what it is made of')
  .option('--followed', 'also along mere order: from a step to what had just come in when it was scheduled')
  .option('--limit <nodes>', 'the most nodes in the answer (default 100000); a longer one says that it was cut', positive)
  .option('--as-of <time>', AS_OF)
  .option('--json', 'the answer as JSON')
  .action((subject: string, options: { downstream?: true; followed?: true; limit?: number; asOf?: string; json?: true }) =>
    ask(options, async (graph) => {
      const answer = await graph.trace(subject, {
        direction: options.downstream ? 'downstream' : 'upstream',
        followed: options.followed ?? false,
        asOf: options.asOf,
        ...(options.limit !== undefined && { limit: options.limit }),
      });
      return { answer, text: () => renderTrace(answer) };
    }));

program
  .command('runs-using')
  .description('the runs that used exactly this version of an artifact')
  .argument('<subject>', 'URI@VERSION, or sha256:DIGEST')
  .option('--carried', 'also steps that only handed it on')
  .option('--limit <runs>', 'the most runs in the answer; without it, all', positive)
  .option('--after <next>', "where the page before ended: its 'next'")
  .option('--as-of <time>', AS_OF)
  .option('--json', 'the answer as JSON')
  .action((subject: string, options: { carried?: true; limit?: number; after?: string; asOf?: string; json?: true }) =>
    ask(options, async (graph) => {
      const answer = await allRunsUsing(graph, subject, options);
      return { answer, text: () => renderRunsUsing(answer), nothing: answer.runs.length === 0 };
    }));

program
  .command('impact')
  .description('what came of something: models, predictions, reports …, and the runs that made them')
  .argument('<subject>', 'an id, URI@VERSION, or sha256:DIGEST')
  .option('--limit <nodes>', 'the most nodes in the answer (default 100000); a longer one says that it was cut', positive)
  .option('--as-of <time>', AS_OF)
  .option('--json', 'the answer as JSON')
  .action((subject: string, options: { limit?: number; asOf?: string; json?: true }) =>
    ask(options, async (graph) => {
      const answer = await graph.impact(subject, { asOf: options.asOf, ...(options.limit !== undefined && { limit: options.limit }) });
      return { answer, text: () => renderImpact(answer) };
    }));

program
  .command('diff')
  .description('what differs between two environments, code versions, attempts or runs; of the latter two, also between their code, environment and worker')
  .argument('<from>', 'an id, or URI@VERSION')
  .argument('<to>', 'an id, or URI@VERSION, of the same kind')
  .option('--as-of <time>', AS_OF)
  .option('--json', 'the answer as JSON')
  .action((from: string, to: string, options: { asOf?: string; json?: true }) =>
    ask(options, async (graph) => {
      const answer = await graph.diff(from, to, { asOf: options.asOf });
      return { answer, text: () => renderDiff(answer) };
    }));

program
  .command('code-version')
  .description('what workers record of the code that is here, but for what they run it with; with --write, kept in a file for images, which have no git')
  .option('--write [file]', `write the file (default ${BUILD_FILE}, beside the package.json), for the workers of what is being built`)
  .option('--directory <folder>', 'where the code is', '.')
  .option('--json', 'the answer as JSON')
  .action(async (options: { write?: string | true; directory: string; json?: true }) => {
    process.stdout.write(`${await codeVersionCommand(options)}\n`);
  });

for (const command of [auditCommand(), backfillCommand(), digestCommand(), rebuildCommand(), reinstateCommand(), withdrawCommand()]) program.addCommand(command.copyInheritedSettings(program));
addOutboxCommands(program);

/** Without a limit, every page. */
async function allRunsUsing(graph: OpenGraph, subject: string, { carried = false, limit, after, asOf }: { carried?: true | false; limit?: number; after?: string; asOf?: string }): Promise<RunsUsing> {
  const page = (from: string | undefined) =>
    graph.runsUsing(subject, { carried, asOf, ...(limit !== undefined && { limit }), ...(from !== undefined && { after: from }) });
  const answer = await page(after);
  if (limit !== undefined) return answer;
  while (answer.next !== null) {
    const more = await page(answer.next);
    answer.runs.push(...more.runs);
    answer.next = more.next;
  }
  return answer;
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = failed(error, process.argv.includes('--json'));
}
