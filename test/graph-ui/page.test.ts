// Runs in: tests. The page in a real browser over the real graph: from a prediction to its raw data, by keyboard and by mouse.
import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Questions, Trace } from '../../plugin/graph/answers.ts';
import { openGraph, type OpenGraph } from '../../plugin/graph/open.ts';
import { engines, nowhere } from '../support/engines.ts';
import { flightDelays, type LoadedFlights, loadFlights } from './fixture.ts';
import { chromiumPath, clickNode, drawnIds, openSite, openTab, screenshot, accessFindings, type Site } from './page.ts';

const flights = flightDelays();
const { ids, rawFlights, word } = flights;
const e = encodeURIComponent;
const tracePath = `/?subject=${e(ids.predictions[3]!)}&direction=upstream`;

let loaded: LoadedFlights;
let graph: OpenGraph;
let away: OpenGraph;
let site: Site;
/** Puts traces to a Neo4j that is not there, so that the page's error states can be seen. */
let isDown = false;

beforeAll(async () => {
  loaded = await loadFlights(flights);
  graph = loaded.graph;
  away = openGraph(nowhere);
  const questions: Questions = { ...graph, trace: (...asked) => (isDown ? away : graph).trace(...asked) };
  site = await openSite(questions, chromiumPath(engines.chromium), { temporalUi: 'http://localhost:8233' });
});
afterAll(async () => {
  for (const each of [site, away, loaded]) await each.close();
});

async function outlineItem(page: { locator(selector: string): Locator }, id: string): Promise<Locator> {
  const item = page.locator(`[role=treeitem][data-id="${id}"]`).first();
  await item.waitFor({ state: 'attached' });
  return item;
}

/** The graph lists what it found in no order of its own. */
function inOrder<T>(found: T[]): T[] {
  return found.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

describe('from a prediction to its raw data', () => {
  it('by keyboard: search, trace, outline, digest, runs', async () => {
    const { page, complaints, close } = await openTab(site);
    await page.locator('.hit').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type(`delay UA121 ${word}`, { delay: 10 });
    await expect.poll(() => page.locator('[role=option] .option-title').allTextContents()).toEqual(['delay UA121']);
    expect(await page.locator('[role=option]').first().getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Enter');
    await drawnIds(page);
    expect(new URL(page.url()).searchParams.get('subject')).toBe(ids.predictions[3]);

    const tree = page.getByRole('tree', { name: 'Outline' });
    await tree.locator('[tabindex="0"]').focus();
    expect(await page.locator('#outline').evaluate((element) => getComputedStyle(element).clipPath)).toBe('none');
    const target = ids.rawFlights;
    for (let presses = 0; presses < 100; presses++) {
      if ((await page.locator(':focus').getAttribute('data-id')) === target) break;
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
    await page.locator('#panel h2', { hasText: 'flights-2m.csv' }).waitFor();
    expect(await page.locator(':focus').getAttribute('data-id')).toBe(target);
    expect(new URL(page.url()).searchParams.get('selected')).toBe(target);
    expect(await page.locator('#panel .properties code').allTextContents()).toContain(rawFlights.sha256);

    await page.getByRole('button', { name: 'Runs that used this version' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.run').first().waitFor();
    expect(await page.locator('.run .link').allTextContents()).toEqual(['prepareFlights', 'cleanFlights']);
    expect(await page.locator('.run a').getAttribute('href')).toMatch(/^http:\/\/localhost:8233\/namespaces\/default\/workflows\/prepare-flights-2025-03-14-lake-\w+\//);
    expect(complaints).toEqual([]);
    await close();
  });

  it('by mouse: start page, graph, panel, without anything moving', async () => {
    const { page, complaints, close } = await openTab(site);
    await page.locator('.hit').first().waitFor();
    // Others may have written newer models since.
    for (const rest of await page.locator('.group-rest summary').all()) await rest.click();
    await page.locator(`.hit[data-id="${ids.model}"]`).click();
    await drawnIds(page);
    const transform = (): Promise<string> => page.locator('#cards').evaluate((layer) => layer.style.transform);
    const before = await transform();
    await clickNode(page, ids.model);
    await page.locator('#panel h2', { hasText: 'flight-delay-forest' }).waitFor();
    expect(await transform()).toBe(before);
    expect(await (await outlineItem(page, ids.model)).getAttribute('aria-selected')).toBe('true');
    const panel = (await page.locator('#panel').textContent()) ?? '';
    for (const text of ['trees', '200', 'rmse', '11.8342', '9b1c44f2', 'Open in Temporal']) expect(panel).toContain(text);

    await page.getByRole('button', { name: 'Trace downstream' }).click();
    await outlineItem(page, `bundle/${ids.predictions[0]}`);
    await drawnIds(page);
    await page.getByRole('button', { name: 'Fit the whole graph' }).click();
    await page.locator('.is-bundle').waitFor();
    expect(await page.locator('.is-bundle .card-title').textContent()).toBe('20 predictions');
    await page.goBack();
    await outlineItem(page, ids.rawFlights);
    expect(new URL(page.url()).searchParams.get('direction')).toBe('upstream');
    await page.goForward();
    await outlineItem(page, `bundle/${ids.predictions[0]}`);
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows a failed attempt with its message, and opens a bundle', async () => {
    const { page, close } = await openTab(site, `/?subject=${e(ids.rawFlights)}&direction=downstream`);
    const drawn = await drawnIds(page);
    expect(drawn).toContain(ids.cleanStep);
    const step = ids.cleanStep;
    expect(await page.locator(`.card[data-id="${step}"] .has-failed`).textContent()).toBe('×2');
    await clickNode(page, step);
    await page.locator('.failure p').waitFor();
    expect(await page.locator('.failure').textContent()).toContain('Row 18,204: arrival before departure');
    expect(await page.locator('.attempt .status').allTextContents()).toEqual(['failed', 'completed']);

    await page.getByRole('button', { name: 'Look-alikes' }).click();
    // The group that they are drawn in, and each of them.
    await expect.poll(() => page.locator('[role=treeitem][data-kind="Prediction"]').count()).toBe(21);
    await page.getByRole('button', { name: 'Attempts' }).click();
    await expect.poll(() => page.locator('[role=treeitem][data-kind="Attempt"]').count()).toBeGreaterThan(5);
    expect(new URL(page.url()).searchParams.get('attempts')).toBe('1');
    await close();
  });

  it('saves the trace with its edges', async () => {
    const { page, close } = await openTab(site, tracePath);
    await drawnIds(page);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export JSON' }).click()]);
    const saved = JSON.parse(await readFile((await download.path())!, 'utf8')) as Trace;
    const asked = await graph.trace(ids.predictions[3]!);
    expect(asked.edges.length).toBeGreaterThan(20);
    expect(inOrder(saved.edges)).toEqual(inOrder(asked.edges));
    expect(inOrder(saved.context.nodes)).toEqual(inOrder(asked.context.nodes));
    expect(inOrder(saved.context.edges)).toEqual(inOrder(asked.context.edges));
    await close();
  });
});

describe('what goes wrong can be seen', () => {
  it('an ambiguous question gives the versions to choose from', async () => {
    const { page, close } = await openTab(site, `/?subject=${e(rawFlights.uri)}`);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('Choose one');
    await page.locator('.version-list button').click();
    await drawnIds(page);
    expect(new URL(page.url()).searchParams.get('subject')).toBe(ids.rawFlights);
    await close();
  });

  it('nothing found, and a graph that is away', async () => {
    const { page, close } = await openTab(site, '/?subject=run%2Fnone');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('run/none');
    isDown = true;
    await page.goto(`${site.url}${tracePath}`);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain(nowhere.uri);
    isDown = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await drawnIds(page);
    await close();
  });

  it('a limit that was reached, and how to go on', async () => {
    const { page, close } = await openTab(site, `${tracePath}&limit=8`);
    await page.locator('.banner').waitFor();
    expect(await page.locator('.banner').textContent()).toContain('Cut at 8 nodes');
    await page.getByRole('button', { name: 'Show up to 32' }).click();
    await page.getByRole('button', { name: 'Show up to 128' }).click();
    await page.locator('.banner').waitFor({ state: 'detached' });
    await close();
  });

  it('names that look like HTML stay text', async () => {
    const name = '<img src=x onerror="document.title=\'owned\'">';
    const evil = await loadFlights(flightDelays(name));
    const { model } = evil.flights.ids;
    const { page, complaints, close } = await openTab(site, `/?subject=${e(model)}&selected=${e(model)}`);
    await drawnIds(page);
    await page.locator('#panel h2').waitFor();
    expect(await page.locator('#panel h2').textContent()).toBe(name);
    expect(await page.locator('img').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
    await evil.close();
  });
});

describe('for everybody', () => {
  it('axe finds nothing', async () => {
    const { page, complaints, close } = await openTab(site, '/');
    await page.locator('.hit').first().waitFor();
    expect(await accessFindings(page, 'start')).toEqual([]);
    await page.keyboard.press('/');
    await page.keyboard.type(`flights ${word}`);
    await page.locator('.option-title').first().waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await accessFindings(page)).toEqual([]);
    await page.goto(`${site.url}${tracePath}`);
    await drawnIds(page);
    expect(await accessFindings(page, 'trace')).toEqual([]);
    await page.getByRole('button', { name: 'Show the outline' }).click();
    await (await outlineItem(page, ids.cleanFlights)).click();
    await page.locator('#panel h2', { hasText: 'flights-clean' }).waitFor();
    await page.getByRole('button', { name: 'Runs that used this version' }).click();
    await page.locator('.run').first().waitFor();
    expect(await accessFindings(page, 'selected')).toEqual([]);
    await page.getByTitle('How far this answer can be trusted').click();
    await page.locator('#panel h2', { hasText: 'trusted' }).waitFor();
    expect(await accessFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it('switches the theme and keeps it', async () => {
    const { page, close } = await openTab(site, '/', { colorScheme: 'light' });
    const theme = (): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset['theme']);
    expect(await theme()).toBe('light');
    await page.getByRole('button', { name: 'Use the dark theme' }).click();
    expect(await theme()).toBe('dark');
    await page.reload();
    await page.getByRole('button', { name: 'Use the light theme' }).waitFor();
    expect(await theme()).toBe('dark');
    await close();
  });

  it('can be read on a phone, without scrolling sideways', async () => {
    const { page, complaints, close } = await openTab(site, `${tracePath}&selected=${e(ids.rawFlights)}`, { viewport: { width: 390, height: 844 } });
    await drawnIds(page);
    await page.locator('#panel h2').waitFor();
    for (const selector of ['html', '#panel']) {
      expect(await page.locator(selector).evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
    }
    await screenshot(page, 'phone-light');
    expect(complaints).toEqual([]);
    await close();
  });
});
