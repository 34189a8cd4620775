// Runs in: tests. What is kept of artifacts to be looked at, in the real page: recorded by a real activity.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifact, type ArtifactReference, dataset, lineage } from '../../plugin/activity.ts';
import { openGraph, type OpenGraph } from '../../plugin/graph/open.ts';
import { artifactVersionId } from '../../plugin/model/id.ts';
import { drawEvaluation } from '../../worker/pipelines/flights/evaluation-plot.ts';
import { engines, neo4j, recorded, temporaryDirectory } from '../support/recorded.ts';
import { chromiumPath, drawnIds, openSite, openTab, accessFindings, type Site } from './page.ts';

const METRICS = {
  auc: 0.731, rows: 51_204, lateRate: 0.181, brier: 0.1322, brierOfBaseRate: 0.1482, topDecileLateRate: 0.47, delayMeanAbsoluteError: 13.4,
};
const tenths = Array.from({ length: 10 }, (_, index) => ({ decile: index + 1, predicted: 0.04 + 0.0045 * index ** 2, observed: 0.03 + 0.0047 * index ** 2 }));
const curve = Array.from({ length: 21 }, (_, index) => ({ falsePositiveRate: index / 20, truePositiveRate: Math.sqrt(index / 20) }));

const FLIGHTS = [
  'flight_id,origin,destination,departed_at,distance,delay,cancelled,remark',
  '4211,SFO,ORD,2001-01-02 07:15:00,1846,-4,false,',
  '4212,JFK,LAX,2001-01-02 07:30:00,2475,12.5,false,"held at the gate for a connecting crew, then de-iced twice before departure"',
  '4213,ATL,MIA,2001-01-02 07:40:00,594,,true,weather',
  ...Array.from({ length: 40 }, (_, index) => `${4214 + index},DEN,SEA,2001-01-02 08:${10 + index}:00,1024,${index},false,`),
].join('\n');

let graph: OpenGraph;
let site: Site;
let directory: string;
let remove: () => Promise<void>;
let made: { [name: string]: ArtifactReference };

beforeAll(async () => {
  graph = openGraph(neo4j);
  ({ path: directory, remove } = await temporaryDirectory());
  site = await openSite(graph, chromiumPath(engines.chromium));
  const page = await site.browser.newPage({ viewport: { width: 320, height: 200 } });
  const photo = await page.screenshot({ type: 'jpeg' });
  await page.close();
  const echo = async (): Promise<typeof made> => {
    const keep = async (name: string, content: string | Buffer, more: { name?: string } = {}) => {
      await writeFile(join(directory, name), content);
      return artifact({ kind: 'plot', uri: join(directory, name), ...more });
    };
    await writeFile(join(directory, 'flights.csv'), FLIGHTS);
    const found = {
      table: await dataset({ uri: join(directory, 'flights.csv'), statistics: true }),
      plot: await keep('evaluation.svg', await drawEvaluation(METRICS as never, tenths as never, curve), { name: 'Evaluation: late rates and ROC curve' }),
      photo: await keep('photo', photo),
      large: await keep('large.jpg', Buffer.concat([photo, Buffer.alloc(128 * 1_024)])),
    };
    lineage.generated(...Object.values(found));
    return found;
  };
  made = await recorded(async ({ start }) => (await start('echoes', [{}])).result() as Promise<typeof made>, { worker: { activities: { echo } } });
});
afterAll(async () => {
  for (const each of [site, graph]) await each.close();
  await remove();
});

async function openPanel(name: string, options: Parameters<typeof openTab>[2] = {}) {
  const id = artifactVersionId(made[name]!);
  const tab = await openTab(site, `/?subject=${encodeURIComponent(id)}&selected=${encodeURIComponent(id)}`, options);
  await drawnIds(tab.page);
  await tab.page.locator('#panel h2').waitFor();
  return tab;
}

describe('the panel of an artifact', () => {
  it('shows its plot, and larger on demand', async () => {
    const { page, complaints, close } = await openPanel('plot');
    const picture = page.locator('.picture img');
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)).toBeGreaterThan(500);
    expect(await picture.getAttribute('alt')).toBe('Evaluation: late rates and ROC curve');
    expect(await page.locator('#panel').evaluate((panel) => panel.scrollWidth - panel.clientWidth)).toBeLessThanOrEqual(0);
    expect(await page.locator('#panel').textContent()).not.toContain('base64');
    expect(await accessFindings(page, 'plot')).toEqual([]);
    await page.getByTitle('Show it larger').focus();
    await page.keyboard.press('Enter');
    expect((await page.locator('dialog img').boundingBox())!.width).toBeGreaterThan(800);
    expect(await accessFindings(page, 'plot-larger')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'hidden' });
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows the first rows of its table', async () => {
    const { page, complaints, close } = await openPanel('table');
    const table = page.locator('.first-rows');
    expect(await table.locator('th[scope=col]').allTextContents()).toEqual(['flight_idbigint', 'originvarchar', 'destinationvarchar', 'departed_attimestamp', 'distancebigint', 'delaydouble', 'cancelledboolean', 'remarkvarchar']);
    expect(await table.locator('tbody tr').nth(2).locator('td').allTextContents()).toEqual(['4213', 'ATL', 'MIA', '2001-01-02 07:40:00', '594', 'null', 'true', 'weather']);
    expect(await page.locator('#panel').textContent()).toContain('The first 5 of 43 rows.');
    // It scrolls within itself.
    expect(await table.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true);
    expect(await page.locator('#panel').evaluate((panel) => panel.scrollWidth - panel.clientWidth)).toBeLessThanOrEqual(0);
    expect(await accessFindings(page, 'first-rows')).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows a photo by what its bytes are', async () => {
    const { page, complaints, close } = await openPanel('photo');
    await expect.poll(() => page.locator('.picture img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(320);
    expect(complaints).toEqual([]);
    await close();
  });

  it('says why a picture is not there', async () => {
    const { page, close } = await openPanel('large');
    await page.locator('#panel', { hasText: 'Not kept: larger than 128 KiB.' }).waitFor();
    expect(await page.locator('#panel img').count()).toBe(0);
    await close();
  });
});
