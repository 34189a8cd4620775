// Runs in: CLI (chaos). `npm run chaos`: everything is killed at random, and nothing may be lost.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { colors as pc } from '../../plugin/cli/colors.ts';
import { createProgress, EngineError } from '../../worker/engines/index.ts';
import { chaos, type ChaosResult, isSound } from './chaos.ts';

const HELP = `Usage: npm run chaos -- [options]

Runs random pipelines on workers with the plugin, and kills workers, Neo4j and Temporal (SIGKILL) at random while they run, in engines of
this run's own. Then all is let come to its end, 'provenance audit --repair' is run, and the graph is held against Temporal's histories and
against a journal that the activities write themselves. Ends with 0 only when nothing is missing, nothing is there twice, nothing is said
to be done that was not, and no pipeline failed.

Options
  --minutes <n>  how long things are killed (default 5)
  --seed <text>  the same pipelines and the same faults again (default: one by chance, which is told)
  --json         print one JSON object on stdout, and nothing else there
  --help         show this
`;

/** How many faults of a kind are told on a terminal. */
const MOST_TOLD = 20;
const INTERRUPTED = 130;

async function main(): Promise<number> {
  const options = parsed();
  if (typeof options === 'number') return options;
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'disconnect']) process.on(signal, () => interruption.abort(new Error('interrupted')));
  const { seed, minutes, json } = options;
  process.stderr.write(`seed ${seed}\n`);
  try {
    const result = await chaos({ seed, ms: minutes * 60_000, directory: join('.provenance', `chaos-${process.pid}`), progress: createProgress(), signal: interruption.signal });
    process.stderr.write(faultsText(result));
    process.stdout.write(json ? `${JSON.stringify(summary(result))}\n` : text(result));
    return isSound(result) ? 0 : 1;
  } catch (error) {
    if (interruption.signal.aborted) return INTERRUPTED;
    process.stderr.write(`chaos: with the seed ${seed}: ${error instanceof EngineError ? error.message : (error as Error).stack}\n`);
    return 1;
  }
}

function parsed(): { minutes: number; seed: string; json: boolean } | number {
  const refused = (why: string) => {
    process.stderr.write(`chaos: ${why}\n\n${HELP}`);
    return 2;
  };
  try {
    const { values } = parseArgs({
      options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const minutes = Number(values.minutes);
    if (!(minutes > 0)) return refused('--minutes must be a number above 0');
    return { minutes, seed: values.seed ?? String(Math.floor(Math.random() * 1e9)), json: values.json };
  } catch (error) {
    return refused((error as Error).message);
  }
}

function summary({ verdict, audit, ...rest }: ChaosResult) {
  const { missing, duplicate, falseCommitted, failedByPlugin, killedUnseen, unseen } = verdict;
  const { complete, filled, unconfirmed, seals, captured } = audit;
  return {
    ...rest, missing: missing.length, duplicate: duplicate.length, falseCommitted: falseCommitted.length, failedByPlugin: failedByPlugin.length, killedUnseen, unseen,
    audit: { complete, missing: audit.missing, filled, unconfirmed, unseen: audit.unseen, seals, captured },
  };
}

function faultsText({ seed, verdict, audit, undrained }: ChaosResult): string {
  const lines = (['missing', 'duplicate', 'falseCommitted', 'failedByPlugin'] as const).flatMap((kind) => {
    const told = verdict[kind].slice(0, MOST_TOLD).map((fault) => `${kind}: ${fault}`);
    return verdict[kind].length > MOST_TOLD ? [...told, `${kind}: and ${verdict[kind].length - MOST_TOLD} more`] : told;
  });
  for (const { id, problem } of audit.perRun) if (problem !== '') lines.push(`audit: ${id}: ${problem}`);
  if (!audit.complete) lines.push(`audit: the record is not complete: ${audit.missing - audit.filled} things are missing after the repair`);
  if (undrained > 0) lines.push(`outbox: ${undrained} records did not reach the graph`);
  return lines.length === 0 ? '' : `${[...lines, `With the seed ${seed}.`].map((line) => pc.red(line)).join('\n')}\n`;
}

function text(result: ChaosResult): string {
  const { seed, runs, attempts, kills, places, verdict, audit } = result;
  const count = (what: string, faults: string[]) => `  ${faults.length === 0 ? pc.green('✔ 0') : pc.red(`✖ ${faults.length}`)} ${what}`;
  return [
    `${runs} runs and ${attempts} attempts, with ${kills.worker} workers, ${kills.neo4j} times Neo4j and ${kills.temporal} times Temporal killed (seed ${seed})`, '',
    count('missing', verdict.missing), count('there twice', verdict.duplicate), count('said to be done, and not', verdict.falseCommitted), count('pipelines failed', verdict.failedByPlugin), '',
    pc.dim(`Workers were killed in an activity ${places.activity} times, before their report ${places.report}, while draining ${places.write + places.drain}, in a workflow task ${places.task}, anywhere ${places.anywhere}.`),
    pc.dim(`The audit filled ${audit.filled} things, and marked ${audit.unconfirmed} that history does not confirm.`),
    pc.dim(`${verdict.unseen} attempts were killed before their start was on record: history, and so the certificates, know their number alone.`),
    pc.dim(`${verdict.killedUnseen} tries were killed in flight so early, and Temporal's history knows nothing of them either.`), '',
  ].join('\n');
}

process.exitCode = await main();
process.exit();
