// Runs in: tests. Answers that are pages of their own, in a real browser over the real graph.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withdrawal } from '../../plugin/cli/withdraw-command.ts';
import { artifactVersionId } from '../../plugin/model/id.ts';
import { engines, unique } from '../support/engines.ts';
import { type GraphWith, graphWith } from '../support/graph-with.ts';
import { retrained } from '../support/retrained.ts';
import { chromiumPath, clickNode, drawnIds, openSite, openTab, screenshot, accessFindings, type Site } from './page.ts';

const data = retrained(unique('answers'));
const { first, second, third } = data;
const id = artifactVersionId;
const at = (query: { [name: string]: string }): string => `/?${new URLSearchParams(query)}`;

let all: GraphWith;
let site: Site;

beforeAll(async () => {
  all = await graphWith(data.scope, [...data.records, withdrawal([id(third.raw)], 'The vendor sent a broken file: <b>time zones</b>', `Ada of ${data.scope}`, new Date().toISOString())]);
  site = await openSite(all.graph, chromiumPath(engines.chromium), { temporalUi: 'http://localhost:8233' });
});
afterAll(async () => {
  await site.close();
  await all.close();
});

const cells = (page: Page, caption: string, column: number): Promise<string[]> =>
  page.locator(`[aria-label="${caption}"] tbody tr td:nth-child(${column})`).allTextContents();

async function saved(page: Page, button: 'CSV' | 'JSON'): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button, exact: true }).click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

it('leads by mouse from a withdrawn dataset version to the list of affected predictions, saved as CSV', async () => {
  const { page, complaints, close } = await openTab(site, at({ subject: id(third.raw), direction: 'downstream' }));
  await drawnIds(page);
  await clickNode(page, id(third.raw));
  await page.locator('.withdrawn-line', { hasText: 'The vendor sent a broken file: <b>time zones</b>' }).waitFor();
  await page.locator('#panel').getByRole('link', { name: 'What came of it' }).click();
  await page.locator('.answer-head h1').waitFor();
  expect(await page.locator('.trust.is-withdrawn').textContent()).toContain('The vendor sent a broken file: <b>time zones</b>');
  const { name, text } = await saved(page, 'CSV');
  expect(name).toMatch(/^impact-.*\.csv$/);
  const [head, ...lines] = text.trimEnd().split('\r\n');
  expect(head).toContain('Name,Kind,URI,Version,SHA-256');
  expect(lines).toHaveLength(6);
  for (const { uri, sha256 } of third.predictions) expect(lines.find((line) => line.includes(`,prediction,${uri},1,${sha256},`))).toContain('predict-three');
  expect(text).not.toContain(first.model.uri);
  expect(JSON.parse((await saved(page, 'JSON')).text)).toMatchObject({ byKind: { prediction: 4, model: 1 } });
  await screenshot(page, 'impact');
  expect(complaints).toEqual([]);
  await close();
});

it('says of a model in the panel that something behind it was withdrawn', async () => {
  const { page, close } = await openTab(site, at({ subject: id(third.model), direction: 'upstream', selected: id(third.model) }));
  await page.locator('.withdrawn-line', { hasText: 'Affected: flights.csv@2026-02-late was withdrawn' }).waitFor();
  await page.locator('.trust', { hasText: '1 withdrawn' }).waitFor();
  await screenshot(page, 'affected');
  await close();
});

it('shows the runs that used a version beside how often its other versions were used', async () => {
  const { page, complaints, close } = await openTab(site, at({ view: 'runs', subject: id(first.raw) }));
  await page.locator('.version-bar').first().waitFor();
  expect(await page.locator('.version-bar .number').allTextContents()).toEqual(['1 run', '2 runs']);
  expect(await page.locator('.answer-trust').textContent()).toMatch(/^Rests on \d runs? sealed/);
  expect((await cells(page, 'Runs that used it', 7)).every((steps) => steps.includes('readRaw declared'))).toBe(true);
  await page.locator('.version-bar').first().click();
  await page.locator('.version-bar[aria-current]', { hasText: '2026-02-late' }).waitFor();
  expect(await cells(page, 'Runs that used it', 2)).toEqual([expect.stringContaining('train-three')]);
  await screenshot(page, 'runs');
  await page.goBack();
  await page.locator('.version-bar[aria-current]', { hasText: '2026-01' }).waitFor();
  expect(complaints).toEqual([]);
  await close();
});

it('shows the card of a model: from raw data to predictions', async () => {
  const { page, complaints, close } = await openTab(site, at({ view: 'card', subject: id(first.model) }));
  await page.locator('.made').first().waitFor();
  const text = (await page.locator('#answer').textContent())!;
  for (const part of ['fitForest', 'trees', '100', 'rmse', '9b1c44f2', 'Linux', 'evaluate', first.model.sha256, '4 predictions', 'cleanRows', 'readRaw']) expect(text).toContain(part);
  expect(await cells(page, 'Data it is made of', 1)).toEqual(['raw', 'on the way']);
  await screenshot(page, 'card');
  expect(complaints).toEqual([]);
  await close();
});

it('compares two models chosen from the panel, differences first, and shows where they part', async () => {
  const { page, complaints, close } = await openTab(site, at({ subject: id(first.model), direction: 'upstream', selected: id(first.model) }));
  await page.locator('#panel').getByRole('link', { name: 'Compare with…' }).click();
  await page.getByLabel('Compare it with').fill(`${second.model.uri}@${second.model.version}`);
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.locator('.parting').waitFor();
  expect(await page.locator('.parting').allTextContents()).toEqual([expect.stringMatching(/^fitForest step.*parameters/)]);
  expect(await cells(page, 'Parameters', 1)).toEqual(['trees in fitForest']);
  expect([await cells(page, 'Parameters', 2), await cells(page, 'Parameters', 3)]).toEqual([['100'], ['200']]);
  await screenshot(page, 'compare');
  expect((await saved(page, 'CSV')).text).toContain('parameter,fitForest.trees,100,200');
  await page.getByRole('button', { name: 'Swap' }).click();
  await page.locator('.side', { hasText: 'First' }).getByText('two').first().waitFor();
  expect(await cells(page, 'Parameters', 2)).toEqual(['200']);
  expect(complaints).toEqual([]);
  await close();
});

it('offers runs of the same pipeline to compare a run with', async () => {
  const { page, close } = await openTab(site, at({ view: 'compare', subject: first.run }));
  await page.locator('.choices a').first().waitFor();
  await page.getByLabel('Compare it with').fill(second.run);
  await page.keyboard.press('Enter');
  await page.locator('.parting', { hasText: 'fitForest' }).waitFor();
  expect(await cells(page, 'Metrics', 1)).toEqual(['rmse in evaluate', 'rmse in fitForest']);
  await close();
});

it('shows the versions of a dataset over time', async () => {
  const { page, complaints, close } = await openTab(site, at({ view: 'timeline', subject: data.rawUri }));
  await page.locator('.sheet tbody tr').first().waitFor();
  expect(await cells(page, 'Versions', 2)).toEqual(['2026-01', '2026-02-late']);
  expect(await page.locator('.sheet tbody tr').nth(1).textContent()).toContain('withdrawn');
  await screenshot(page, 'timeline');
  await page.getByRole('link', { name: 'Compare the last two' }).click();
  await page.locator('.parting').waitFor();
  expect(complaints).toEqual([]);
  await close();
});

it('audits: how many runs are proved, by the day, and which are not', async () => {
  const { page, complaints, close } = await openTab(site);
  await page.getByRole('link', { name: 'Audit' }).click();
  await page.locator('.figure').first().waitFor();
  const { counts } = await all.graph.completeness();
  expect(Number((await page.locator('.figure.is-sealed strong').textContent())!.replaceAll(',', ''))).toBeGreaterThanOrEqual(0);
  expect(counts.unsealed).toBeGreaterThanOrEqual(6);
  await page.locator('.day-table summary').click();
  await screenshot(page, 'audit');
  expect(complaints).toEqual([]);
  await close();
});

it('shows what was known at a past time, in every answer, and says so', async () => {
  const { page, close } = await openTab(site, at({ view: 'impact', subject: id(first.raw) }));
  await page.locator('.figure', { hasText: '2 models' }).waitFor();
  await page.getByRole('button', { name: 'As of' }).click();
  const predicted = data.records.filter(({ edges }) => edges.some(({ from }) => from.id === id(first.batch))).map(({ recordedAt }) => recordedAt).sort();
  // The field takes the browser's own time, and whole seconds.
  const time = await page.evaluate((iso) => {
    const then = new Date(Date.parse(iso) + 1000);
    return new Date(then.getTime() - then.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  }, predicted.at(-1)!);
  await page.getByLabel('Show what was known at this time').fill(time);
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.locator('.figure', { hasText: '1 model' }).waitFor();
  expect(await page.locator('.answer-kind').textContent()).toContain('as it was known on');
  expect(await page.locator('#as-of').textContent()).toContain('As of ');
  await screenshot(page, 'as-of');
  await page.getByRole('link', { name: 'Card', exact: true }).click();
  await page.locator('.facts').first().waitFor();
  expect(new URL(page.url()).searchParams.get('asOf')).toMatch(/Z$/);
  await page.getByRole('button', { name: 'As of' }).click();
  await page.getByRole('button', { name: 'Now', exact: true }).click();
  await page.locator('.answer-kind', { hasText: /^Card$/ }).waitFor();
  // What came later can be neither found nor compared.
  await page.goBack();
  const search = page.getByRole('combobox');
  await search.fill(data.scope);
  await page.getByRole('option', { name: 'train-one' }).first().waitFor();
  expect(await page.getByRole('option', { name: 'train-three' }).count()).toBe(0);
  await search.press('Escape');
  await page.goto(`${site.url}${at({ view: 'compare', subject: id(first.model), other: id(third.model) })}&asOf=${new URL(page.url()).searchParams.get('asOf')}`);
  await page.locator('.answer-problem').waitFor();
  expect(await page.locator('.answer-problem').textContent()).toContain('by ');
  await page.goto(`${site.url}${at({ view: 'audit' })}&asOf=1990-01-01T00:00:00.000Z`);
  await page.locator('.answer-kind', { hasText: 'as it was known on' }).waitFor();
  expect(await page.locator('.figure strong').first().textContent()).toBe('0');
  await screenshot(page, 'audit-past');
  await page.goto(`${site.url}/?asOf=1990-01-01T00:00:00.000Z`);
  await page.getByText('Nothing was known yet').waitFor();
  await screenshot(page, 'start-past');
  await close();
});

describe('can be read by everybody', () => {
  const PAGES: [string, { [name: string]: string }][] = [
    ['impact', { view: 'impact', subject: id(third.raw) }], ['runs', { view: 'runs', subject: id(first.raw) }], ['card', { view: 'card', subject: id(first.model) }],
    ['compare', { view: 'compare', subject: id(first.model), other: id(third.model) }], ['choosing', { view: 'compare', subject: id(first.raw) }],
    ['timeline', { view: 'timeline', subject: data.rawUri }], ['audit', { view: 'audit' }], ['an error', { view: 'card', subject: 's3://nowhere/at-all@1' }], ['a choice', { view: 'impact', subject: data.rawUri }],
  ];
  it.each(PAGES)('axe finds nothing on the page: %s', async (name, query) => {
    const { page, close } = await openTab(site, at(query));
    await page.locator('.answer-head, .answer-problem').first().waitFor();
    expect(await accessFindings(page, name)).toEqual([]);
    await close();
  });

  it('on a phone, without scrolling sideways', async () => {
    const { page, close } = await openTab(site, at({ view: 'card', subject: id(first.model) }), { viewport: { width: 390, height: 844 } });
    await page.locator('.answer-head').waitFor();
    expect(await page.evaluate(() => document.querySelector('#answer')!.scrollWidth - document.querySelector('#answer')!.clientWidth)).toBeLessThanOrEqual(0);
    await screenshot(page, 'card-phone');
    await close();
  });

  it('on paper, without what only a screen needs', async () => {
    const { page, close } = await openTab(site, at({ view: 'impact', subject: id(third.raw) }));
    await page.locator('.answer-head').waitFor();
    await page.emulateMedia({ media: 'print' });
    expect([await page.locator('.header').isVisible(), await page.getByRole('button', { name: 'CSV' }).isVisible(), await page.locator('.sheet').first().isVisible()]).toEqual([false, false, true]);
    await close();
  });
});
