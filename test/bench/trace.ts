// Runs in: CLI (bench). Traces and runs-using on a large and a ten times larger graph, against bare Cypher for the same answers, by turns.
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { colors as pc } from '../../plugin/cli/colors.ts';
import { Connection } from '../../plugin/graph/connection.ts';
import { openGraph, type OpenGraph } from '../../plugin/graph/open.ts';
import { ensureSchema } from '../../plugin/graph/schema.ts';
import { createProgress, type Progress, startNeo4j } from '../../worker/engines/index.ts';
import { importNeo4j } from '../../worker/engines/neo4j-import.ts';
import { bareRunsUsing, bareTrace, compareRuns, compareTraces } from './bare-cypher.ts';
import { median, type Ratio, rounded } from './ratios.ts';
import { CHAIN, type Landmarks, largeGraph, LEVELS, USERS } from './trace-graph.ts';

const SIZES = [100_000, 1_000_000] as const;
const PAGE = 100;

const QUESTIONS = ['up', 'down', 'chain up', 'chain down', 'ladder up', 'ladder down', 'runs using'] as const;
type Question = (typeof QUESTIONS)[number];
/** How often each is asked, and how often before, so that engine and Node.js have compiled what it takes. */
const TIMES: { [question in Question]: [rounds: number, before: number] } = {
  up: [101, 60], down: [101, 60], 'chain up': [7, 3], 'chain down': [7, 3], 'ladder up': [41, 20], 'ladder down': [41, 20], 'runs using': [31, 10],
};

interface Times {
  p50_ms: number;
  p99_ms: number;
}

interface Figures {
  vs_bare_cypher: number;
  ours: Times;
  bare: Times;
}

export interface TraceCost {
  /** Of the medians, over all questions on both graphs. */
  vs_bare_cypher: Ratio;
  /** Of a question's median, from the smaller to the larger graph: the greatest. */
  growth: number;
  chain: { steps: number; nodes: number; truncated: boolean; ms: number };
  ladder: { levels: number; nodes: number; truncated: boolean; ms: number };
  runs_using: { runs: number; page: number; ms: number };
  questions: { [question in Question]: { growth: number; graphs: { [steps: string]: Figures } } };
}

/** One graph, open for questions. */
interface Asked {
  steps: number;
  landmarks: Landmarks;
  connection: Connection;
  graph: OpenGraph;
  stop(): Promise<void>;
}

/** @param dataDir folder for engines of this run's own */
export async function traceCost(dataDir: string): Promise<TraceCost> {
  // What is imported offline can only be into a Neo4j of our own.
  for (const name of ['NEO4J_URI', 'NEO4J_USERNAME', 'NEO4J_PASSWORD', 'NEO4J_DATABASE']) delete process.env[name];
  const progress = createProgress();
  const asked: Asked[] = [];
  try {
    for (const steps of SIZES) asked.push(await imported(steps, resolve(dataDir, String(steps)), progress));
    return await ask(asked, progress);
  } finally {
    for (const { stop } of asked) await stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function imported(steps: number, dataDir: string, progress: Progress): Promise<Asked> {
  const rows = join(dataDir, 'rows');
  const step = progress.step(`Importing a graph of ${steps} steps`);
  let landmarks: Landmarks;
  try {
    step.update('telling of its runs');
    const { files, ...graph } = largeGraph(steps, rows);
    landmarks = graph.landmarks;
    await importNeo4j(dataDir, files, step);
    step.done(`Imported ${graph.steps} steps: ${graph.nodes} nodes, ${graph.edges} edges`);
  } catch (error) {
    step.fail();
    throw error;
  }
  await rm(rows, { recursive: true });
  const { engine, stop } = await startNeo4j({ dataDir, progress });
  const connection = new Connection(engine);
  const graph = openGraph(engine);
  const indexing = progress.step('Making its indexes');
  await ensureSchema(connection);
  await connection.read((run) => run('CALL db.awaitIndexes(1800)'));
  indexing.done();
  return { steps, landmarks, connection, graph, stop: async () => void (await Promise.all([connection.close(), graph.close()]), await stop()) };
}

export async function ask(asked: Asked[], progress: Progress): Promise<TraceCost> {
  const questions = {} as TraceCost['questions'];
  const answers = await check(asked);
  for (const question of QUESTIONS) {
    const step = progress.step(`Asking: ${question}`);
    const [rounds, before] = TIMES[question];
    const times = asked.map(() => ({ ours: [] as number[], bare: [] as number[] }));
    for (let round = -before; round < rounds; round++) {
      for (const [index, graph] of asked.entries()) {
        const sides = (round & 1) === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const);
        for (const side of sides) {
          const started = performance.now();
          await put(graph, question, side, Math.abs(round));
          if (round >= 0) times[index]![side].push(performance.now() - started);
        }
      }
    }
    const graphs = Object.fromEntries(asked.map(({ steps }, index) => [steps, figures(times[index]!)]));
    const [small, large] = asked.map(({ steps }) => graphs[steps]!.ours.p50_ms);
    questions[question] = { growth: rounded(large! / small!), graphs };
    step.done();
  }
  const all = Object.values(questions);
  const ratios = all.flatMap(({ graphs }) => Object.values(graphs).map((each) => each.vs_bare_cypher)).sort((a, b) => a - b);
  const largest = String(asked.at(-1)!.steps);
  const ms = (question: Question) => questions[question].graphs[largest]!.ours.p50_ms;
  return {
    vs_bare_cypher: { min: ratios[0]!, median: rounded(median(ratios)), max: ratios.at(-1)! },
    growth: Math.max(...all.map(({ growth }) => growth)),
    chain: { steps: CHAIN, ...answers.chain, ms: ms('chain up') },
    ladder: { levels: LEVELS, ...answers.ladder, ms: ms('ladder up') },
    runs_using: { runs: answers.runs, page: PAGE, ms: ms('runs using') },
    questions,
  };
}

/** Before anything is timed: both sides must tell the same. */
async function check(asked: Asked[]): Promise<{ chain: { nodes: number; truncated: boolean }; ladder: { nodes: number; truncated: boolean }; runs: number }> {
  let last: { [question: string]: { nodes: number; truncated: boolean } } = {};
  let runs = 0;
  for (const graph of asked) {
    for (const question of QUESTIONS) {
      const [ours, bare] = [await put(graph, question, 'ours', 0), await put(graph, question, 'bare', 0)];
      if ('runs' in ours) compareRuns(bare as never, ours, PAGE);
      else {
        compareTraces(bare as never, ours as never);
        last = { ...last, [question]: { nodes: (ours as never as { nodes: unknown[] }).nodes.length, truncated: (ours as never as { truncated: boolean }).truncated } };
      }
    }
    runs = (await graph.graph.runsUsing(graph.landmarks.popular, { limit: 2 * USERS })).runs.length;
  }
  return { chain: last['chain up']!, ladder: last['ladder up']!, runs };
}

function put({ landmarks: { chain, ladder, popular, ordinary }, connection, graph }: Asked, question: Question, side: 'ours' | 'bare', round: number) {
  const one = ordinary[round % ordinary.length]!;
  const traced = (id: string, direction: 'upstream' | 'downstream') => (side === 'ours' ? graph.trace(id, { direction }) : bareTrace(connection, id, direction));
  switch (question) {
    case 'up': return traced(one.model, 'upstream');
    case 'down': return traced(one.dataset, 'downstream');
    case 'chain up': return traced(chain.last, 'upstream');
    case 'chain down': return traced(chain.first, 'downstream');
    case 'ladder up': return traced(ladder.last, 'upstream');
    case 'ladder down': return traced(ladder.first, 'downstream');
    case 'runs using': return side === 'ours' ? graph.runsUsing(popular, { limit: PAGE }) : bareRunsUsing(connection, popular, PAGE);
  }
}

function figures({ ours, bare }: { ours: number[]; bare: number[] }): Figures {
  return { vs_bare_cypher: rounded(median(ours) / median(bare)), ours: timesOf(ours), bare: timesOf(bare) };
}

function timesOf(times: number[]): Times {
  const sorted = times.toSorted((a, b) => a - b);
  return { p50_ms: rounded(median(times)), p99_ms: rounded(sorted[Math.ceil(sorted.length * 0.99) - 1]!) };
}

export function traceText({ vs_bare_cypher: vs, growth, chain, ladder, runs_using: using, questions }: TraceCost): string {
  const met = (isMet: boolean, bar: string) => (isMet ? pc.green(`  ✔ ${bar}`) : pc.red(`  ✖ not ${bar}`));
  const rows = Object.entries(questions).flatMap(([question, { growth: by, graphs }]) => Object.entries(graphs).map(([steps, { vs_bare_cypher: times, ours, bare }], index) =>
    `${(index === 0 ? question : '').padEnd(14)}${steps.padStart(9)} steps${ours.p50_ms.toFixed(1).padStart(9)} ms p50${ours.p99_ms.toFixed(1).padStart(9)} ms p99  ${pc.dim(`bare ${bare.p50_ms.toFixed(1)}, ${bare.p99_ms.toFixed(1)}`)}`
    + `  ${pc.bold(times.toFixed(2))} of bare${index === 0 ? '' : `  ${by.toFixed(2)} of the smaller`}`));
  return [
    'Questions against bare Cypher for the same answers', '', ...rows, '',
    `of bare Cypher, at p50   ${pc.bold(vs.median.toFixed(2))}  ${pc.dim(`${vs.min.toFixed(2)} … ${vs.max.toFixed(2)}`)}${met(vs.max <= 1.5, 'at most 1.5')}`,
    `growth, the greatest     ${pc.bold(growth.toFixed(2))}${met(growth <= 1.3, 'at most 1.3')}`,
    `a chain of ${chain.steps} steps: ${chain.nodes} nodes in ${chain.ms.toFixed(0)} ms${met(!chain.truncated, 'whole')}`,
    `a ladder of ${ladder.levels} levels: ${ladder.nodes} nodes in ${ladder.ms.toFixed(1)} ms${met(!ladder.truncated, 'whole')}`,
    `${using.runs} runs used one version: the first ${using.page} in ${using.ms.toFixed(1)} ms`, '',
  ].join('\n');
}
