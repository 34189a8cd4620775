// Runs in: CLI (bench). The page on large traces, in a real browser over a real graph: when its first picture is there, and how it pans.
import { rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { listen } from '../../graph-ui/server/listen.ts';
import { colors as pc } from '../../plugin/cli/colors.ts';
import { Connection } from '../../plugin/graph/connection.ts';
import { openGraph } from '../../plugin/graph/open.ts';
import { GraphWriter } from '../../plugin/graph/writer.ts';
import { artifactVersionId, sha256 } from '../../plugin/model/id.ts';
import type { ArtifactReference } from '../../plugin/model/reference.ts';
import { createProgress, findChromium, startNeo4j } from '../../worker/engines/index.ts';
import { Telling } from '../graph-ui/fixture-builder.ts';
import { median, rounded } from './ratios.ts';

/** Cards that are drawn when all is open; the traces themselves hold the attempts and values behind them as well. */
const SIZES = [500, 2000, 5000] as const;
/** Steps side by side: each takes what two of the level before made. */
const WIDTH = 20;
const MOST_MS: { [size: number]: number } = { 500: 2000, 2000: 2000, 5000: 5000 };
const LEAST_FRAMES = 30;
const PAN_MS = 3000;
const BATCH = 2000;

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

interface Frames {
  /** Over the whole time. */
  per_s: number;
  median_ms: number;
  p95_ms: number;
}

interface Shown {
  cards: number;
  /** From the arrival of the trace's last byte until the first picture is on the screen: the median of the rounds, and the longest. */
  first_picture_ms: { median: number; max: number };
  /** Panning at the size at which the page opens, and with the whole graph in sight. */
  panning: { as_opened: Frames; whole: Frames };
}

export interface PageCost {
  rounds: number;
  /** The machine's, before and after. */
  load: [number, number];
  traces: { cards: number; nodes: number; edges: number; as_opened: Shown; all_open: Shown }[];
}

export async function pageCost(rounds: number, dataDir: string): Promise<PageCost> {
  for (const name of ['NEO4J_URI', 'NEO4J_USERNAME', 'NEO4J_PASSWORD', 'NEO4J_DATABASE']) delete process.env[name];
  const before = loadavg()[0]!;
  const progress = createProgress();
  const { engine, stop } = await startNeo4j({ dataDir: resolve(dataDir), progress });
  const connection = new Connection(engine);
  const graph = openGraph(engine);
  const site = await listen(graph, { port: 0 });
  const browser = await chromium.launch({ executablePath: await findChromium(progress), args: FLAGS });
  try {
    const traces: PageCost['traces'] = [];
    for (const size of SIZES) {
      const step = progress.step(`A trace of ${size} cards`);
      step.update('writing it');
      const subject = await write(connection, size);
      const { nodes, edges } = (await graph.trace(subject)).counts;
      const show = async (all: boolean): Promise<Shown> => {
        step.update(all ? 'all open' : 'as it opens');
        return measure(browser, `${site.url}/?subject=${encodeURIComponent(subject)}&direction=upstream${all ? '&all=1' : ''}`, rounds);
      };
      traces.push({ cards: size, nodes, edges, as_opened: await show(false), all_open: await show(true) });
      step.done();
    }
    return { rounds, load: [rounded(before), rounded(loadavg()[0]!)], traces };
  } finally {
    await browser.close();
    await site.close();
    await graph.close();
    await connection.close();
    await stop();
    await rm(join(dataDir), { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A lineage of so many steps and artifacts, written as workers would. Gives the id of its last artifact. */
async function write(connection: Connection, size: number): Promise<string> {
  const telling = new Telling(`page-${size}`);
  const run = telling.run('refine', `refine-${size}`);
  const made = (name: string): ArtifactReference => ({ kind: 'dataset', uri: `s3://bench/${size}/${name}.parquet`, version: 'v1', sha256: sha256(`${size} ${name}`), size: 4096 }) as ArtifactReference;
  let level: ArtifactReference[] = [];
  const steps = size / 2 - 1;
  for (let number = 0; number < steps; number += WIDTH) {
    const width = Math.min(WIDTH, steps - number);
    level = Array.from({ length: width }, (_, at) => {
      const artifact = made(`table-${number + at}`);
      const uses = level.length === 0 ? [] : [level[at % level.length]!, level[(at * 7 + 3) % level.length]!];
      // Each by a name of its own: look-alikes would be drawn as one.
      run.step(`refineTable${number + at}`, { uses, makes: [artifact], gives: { rows: 1000 + number + at } });
      return artifact;
    });
  }
  const last = made('joined');
  run.close(run.step('joinTables', { uses: level, makes: [last], gives: { rows: 10 } }));
  const writer = new GraphWriter(connection);
  for (let at = 0; at < telling.records.length; at += BATCH) await writer.write(telling.records.slice(at, at + BATCH));
  return artifactVersionId(last);
}

async function measure(browser: Browser, url: string, rounds: number): Promise<Shown> {
  const times: number[] = [];
  let shown: Omit<Shown, 'first_picture_ms'> | undefined;
  // The first round is for the server's and the browser's caches.
  for (let round = -1; round < rounds; round++) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.addInitScript(noteFirstPicture);
    await page.goto(url);
    const problem = page.getByRole('alert').textContent({ timeout: 120_000 });
    problem.catch(() => {});
    const why = await Promise.race([problem, page.waitForFunction(() => 'firstPicture' in window, null, { timeout: 120_000 }).then(() => null)]);
    if (why !== null) throw new Error(`The page says: ${why}`);
    if (round >= 0) times.push(await page.evaluate(sinceArrival));
    if (round === rounds - 1) shown = await panning(page);
    await page.close();
  }
  return { ...shown!, first_picture_ms: { median: Math.round(median(times)), max: Math.round(Math.max(...times)) } };
}

/** In the page: the message that it is loading goes when all is drawn; two frames later that is on the screen. */
function noteFirstPicture(): void {
  const watch = (): void => {
    const isThere = document.querySelector('#cards > *') !== null && document.querySelector('#stage-message.is-loading:not([hidden])') === null;
    if (!isThere) requestAnimationFrame(watch);
    else requestAnimationFrame(() => requestAnimationFrame((time) => Object.assign(window, { firstPicture: time })));
  };
  requestAnimationFrame(watch);
}

function sinceArrival(): number {
  const trace = performance.getEntriesByType('resource').find(({ name }) => name.includes('/api/v1/trace')) as PerformanceResourceTiming;
  return (window as unknown as { firstPicture: number }).firstPicture - trace.responseEnd;
}

async function panning(page: Page): Promise<Omit<Shown, 'first_picture_ms'>> {
  const counts = (await page.locator('.counts').textContent()) ?? '';
  const cards = Number(counts.replaceAll(',', '').match(/^\d+/)?.[0]);
  const as_opened = await pan(page);
  await page.getByRole('button', { name: 'Fit the whole graph' }).click();
  return { cards, panning: { as_opened, whole: await pan(page) } };
}

/** Drags the ground about, and counts the frames meanwhile. */
async function pan(page: Page): Promise<Frames> {
  const stage = (await page.locator('#stage').boundingBox())!;
  const ground = { x: stage.x + stage.width / 2, y: stage.y + 8 };
  await page.mouse.move(ground.x, ground.y);
  await page.mouse.down();
  await page.mouse.move(ground.x + 5, ground.y + 5);
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { frameTimes: times });
    const note = (time: number): void => {
      times.push(time);
      if ((window as unknown as { frameTimes: number[] | null }).frameTimes === times) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  const began = performance.now();
  for (let at = 0; performance.now() - began < PAN_MS; at += 0.05) {
    await page.mouse.move(ground.x + Math.sin(at) * 300, ground.y + 200 + Math.cos(at) * 200);
  }
  const times = await page.evaluate(() => {
    const noted = (window as unknown as { frameTimes: number[] }).frameTimes;
    Object.assign(window, { frameTimes: null });
    return noted;
  });
  await page.mouse.up();
  const gaps = times.slice(1).map((time, index) => time - times[index]!).toSorted((a, b) => a - b);
  return {
    per_s: rounded((1000 * gaps.length) / (times.at(-1)! - times[0]!)),
    median_ms: rounded(median(gaps)),
    p95_ms: rounded(gaps[Math.ceil(gaps.length * 0.95) - 1]!),
  };
}

export function pageText({ traces, rounds, load }: PageCost): string {
  const met = (isMet: boolean, bar: string) => (isMet ? pc.green(`✔ ${bar}`) : pc.red(`✖ not ${bar}`));
  const line = (name: string, { cards, first_picture_ms: first, panning: { as_opened: opened, whole } }: Shown, most: number) => {
    const frames = ({ per_s: perSecond, median_ms: middle, p95_ms: p95 }: Frames) => `${perSecond.toFixed(0).padStart(3)} frames/s ${pc.dim(`${middle.toFixed(1)} ms, p95 ${p95.toFixed(1)}`)}`;
    return `${name.padEnd(12)}${String(cards).padStart(5)} cards  first picture ${pc.bold(String(first.median).padStart(5))} ms ${pc.dim(`at most ${first.max}`)} ${met(first.max <= most, `within ${most}`)}`
      + `  panning ${frames(opened)}, all in sight ${frames(whole)} ${met(Math.min(opened.per_s, whole.per_s) >= LEAST_FRAMES, `at least ${LEAST_FRAMES}`)}`;
  };
  return [
    `The page on large traces: ${rounds} rounds each, load of the machine ${load.join(' … ')}`, '',
    ...traces.flatMap(({ cards, nodes, edges, as_opened: opened, all_open: all }) => [
      pc.dim(`${nodes} nodes and ${edges} edges`), line('as it opens', opened, MOST_MS[cards]!), line('all open', all, MOST_MS[cards]!), '',
    ]),
  ].join('\n');
}
