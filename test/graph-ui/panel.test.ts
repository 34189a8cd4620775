// Runs in: tests. The side panel in a real browser over the real graph: what is recorded of steps, data, code and runs, readable.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines } from '../support/engines.ts';
import { flightDelays, type LoadedFlights, loadFlights } from './fixture.ts';
import { chromiumPath, drawnIds, openSite, openTab, accessFindings, type Site, type Tab } from './page.ts';
import { trainedAgain } from './versions-fixture.ts';

const flights = flightDelays();
const { ids } = flights;
const { models, runs, records } = trainedAgain();
const e = encodeURIComponent;

let loaded: LoadedFlights;
let site: Site;

beforeAll(async () => {
  loaded = await loadFlights({ ...flights, records: [...flights.records, ...records] });
  site = await openSite(loaded.graph, chromiumPath(engines.chromium), { temporalUi: 'http://localhost:8233' });
});
afterAll(async () => {
  for (const each of [site, loaded]) await each.close();
});

async function openPanel(id: string): Promise<Tab> {
  const tab = await openTab(site, `/?subject=${e(ids.model)}&selected=${e(id)}`, { viewport: { width: 1280, height: 1100 } });
  await drawnIds(tab.page);
  await tab.page.locator('#panel h2').waitFor();
  return tab;
}

describe('shows', () => {
  it('attempts over time, with failures', async () => {
    const { page, complaints, close } = await openPanel(ids.cleanStep);
    await page.locator('.times').waitFor();
    expect(await page.locator('.times .times-bar').evaluateAll((bars) => bars.map((bar) => bar.classList.contains('is-failed')))).toEqual([true, false]);
    const boxes = await page.locator('.times-ran').evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect()).map(({ left, right }) => [left, right] as const));
    expect(boxes[1]![0]).toBeGreaterThanOrEqual(boxes[0]![1] - 1);
    expect(await page.locator('#panel a', { hasText: 'Commit on github.com' }).getAttribute('href')).toBe('https://github.com/flights/flight-delays/commit/9b1c44f20d5e6f7a8b9c0d1e2f3a4b5c6d7e8f90');
    expect(await accessFindings(page, 'panel-step')).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it("a dataset's columns", async () => {
    const { page, complaints, close } = await openPanel(ids.rawFlights);
    const rows = await page.locator('.column-table tbody tr').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
    expect(rows).toEqual([['carrier', 'varchar', '18 %', 'AA', 'WN'], ['delay', 'bigint', '0', '-60', '1014'], ['distance', 'double', '< 0.1 %', '24', '4962']]);
    expect(await page.locator('#panel').evaluate((panel) => panel.scrollWidth - panel.clientWidth)).toBeLessThanOrEqual(0);
    expect(await accessFindings(page, 'panel-dataset')).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it('how metrics went over the versions of a model', async () => {
    const { page, complaints, close } = await openPanel(models[1]!);
    await page.locator('.spark').first().waitFor();
    const metrics = page.locator('.panel-section', { has: page.getByRole('heading', { name: 'Metrics', exact: true }) }).locator('.metric');
    expect(await metrics.evaluateAll((rows) => rows.map((row) => row.textContent))).toEqual([
      expect.stringMatching(/^rmsetrainForest.*12\.9−9\.2 %$/), expect.stringMatching(/^epochstrainForest.*5unchanged$/), expect.stringMatching(/^rmsemeasureForest.*13\.4−8\.8 %$/), expect.stringMatching(/^aucmeasureForest.*0\.72\+1\.4 %$/),
    ]);
    expect(await page.getByRole('img', { name: 'brier of 4 versions, the newest last: 0.2, 0.19, 0.17, 0.18' }).count()).toBe(1);
    expect(await page.getByRole('img', { name: 'rmse of 4 versions, the newest last: 14.2, 12.9, 13.1, 11.4' }).count()).toBe(1);
    expect(await metrics.first().locator('.spark-dot').evaluateAll((dots) => dots.map((dot) => dot.classList.contains('is-current')))).toEqual([false, true, false, false]);
    expect(await accessFindings(page, 'panel-metrics')).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it('what changed since the run before', async () => {
    const { page, complaints, close } = await openPanel(runs[3]!);
    await page.locator('.changes').waitFor();
    expect(await page.locator('.run-before').textContent()).toMatch(/train-2-again.*Code version the same.*Environment 2 differences.*GPUnothing → NVIDIA L4.*@temporalio\/worker1\.24\.0 → 1\.25\.0/);
    await page.locator('.changes').scrollIntoViewIfNeeded();
    expect(await accessFindings(page, 'panel-run-before')).toEqual([]);
    await page.locator('.run-before .link', { hasText: 'train-2-again' }).click();
    await page.locator('.run-before', { hasText: 'train-1-again' }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it('a model and a run', async () => {
    for (const [name, id] of [['model', ids.model], ['run', ids.prepareRun]] as const) {
      const { page, complaints, close } = await openPanel(id);
      expect(await accessFindings(page, `panel-${name}`)).toEqual([]);
      expect(complaints).toEqual([]);
      await close();
    }
  });
});

it('keeps sections closed that somebody closed', async () => {
  const { page, close } = await openPanel(ids.model);
  const section = page.locator('details.panel-section', { has: page.locator('h3', { hasText: /^Links/ }) });
  expect(await section.getAttribute('open')).not.toBeNull();
  await section.locator('summary').first().focus();
  await page.keyboard.press('Enter');
  // The browser tells of it a moment after it has closed it.
  await expect.poll(() => page.evaluate(() => localStorage.getItem('temporal-provenance:closed-sections'))).toBe('["Links"]');
  await page.reload();
  await page.locator('#panel h2').waitFor();
  expect(await section.getAttribute('open')).toBeNull();
  await close();
});
