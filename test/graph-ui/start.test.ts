// Runs in: tests. The start page in a real browser: what is pinned and what was opened last, by mouse and by keyboard; and things with a page of their own.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { engines } from '../support/engines.ts';
import { flightDelays, type LoadedFlights, loadFlights } from './fixture.ts';
import { chromiumPath, drawnIds, openSite, openTab, screenshot, accessFindings, type Site } from './page.ts';

const flights = flightDelays();
const { ids, scope, word } = flights;
const e = encodeURIComponent;

let loaded: LoadedFlights;
let site: Site;

beforeAll(async () => {
  loaded = await loadFlights(flights);
  site = await openSite(loaded.graph, chromiumPath(engines.chromium));
});
afterAll(async () => {
  for (const each of [site, loaded]) await each.close();
});

it('keeps what is pinned, and what was opened last', async () => {
  const { page, complaints, close } = await openTab(site, `/?subject=${e(ids.model)}&selected=${e(ids.model)}`);
  await drawnIds(page);
  await page.locator('#panel').getByRole('button', { name: 'Pin flight-delay-forest' }).click();
  expect(await page.locator('#panel .pin').getAttribute('aria-pressed')).toBe('true');
  await page.goto(`${site.url}/?subject=${e(ids.rawFlights)}&direction=downstream`);
  await drawnIds(page);
  await page.locator('#brand').click();
  const pinned = page.getByRole('region', { name: 'Pinned' });
  const opened = page.getByRole('region', { name: 'Opened last' });
  await pinned.waitFor();
  expect(await pinned.locator('.hit-title').allTextContents()).toEqual(['flight-delay-forest']);
  expect(await opened.locator('.hit-title').allTextContents()).toEqual(['flights-2m.csv', 'flight-delay-forest']);
  await opened.getByRole('button', { name: 'Pin flights-2m.csv' }).click();
  expect(await pinned.locator('.hit-title').allTextContents()).toEqual(['flights-2m.csv', 'flight-delay-forest']);
  expect(await accessFindings(page, 'start-pinned')).toEqual([]);
  await pinned.locator('.pin').first().focus();
  await page.keyboard.press('Enter');
  expect(await pinned.locator('.hit-title').allTextContents()).toEqual(['flight-delay-forest']);
  expect(await opened.locator('.pin').first().getAttribute('aria-pressed')).toBe('false');
  expect(await page.locator(':focus').getAttribute('aria-label')).toBe('Pin flight-delay-forest');

  await page.keyboard.press('/');
  await page.locator('#search-list', { hasText: 'Pinned' }).waitFor();
  expect(await accessFindings(page, 'search-empty')).toEqual([]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await drawnIds(page);
  expect(new URL(page.url()).searchParams.get('subject')).toBe(ids.model);
  await page.reload();
  await drawnIds(page);
  expect(complaints).toEqual([]);
  await close();
});

it('shows a worker on a page of its own, which keeps no names', async () => {
  const worker = `4182@worker-${scope}`;
  const { page, complaints, close } = await openTab(site);
  await page.locator('#search-icon svg').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type(`kind:user 4182 ${word}`);
  await page.locator('.option-title', { hasText: worker }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.node-page h2', { hasText: worker }).waitFor();
  expect(new URL(page.url()).searchParams.get('selected')).toContain('agent/worker/');
  expect(await page.locator('.node-page .pin').count()).toBe(0);
  expect(await accessFindings(page)).toEqual([]);
  await screenshot(page, 'node-page-light');
  await page.locator('.node-page .node-link', { hasText: 'prepareFlights' }).first().click();
  await page.locator('.node-page h2', { hasText: 'prepareFlights' }).waitFor();
  await page.getByRole('button', { name: 'Trace downstream' }).click();
  await drawnIds(page);
  await page.goBack();
  await page.goBack();
  await page.locator('.node-page h2', { hasText: worker }).waitFor();
  await page.getByRole('button', { name: 'Close the details' }).click();
  await page.locator('.intro').waitFor();
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(worker);
  expect(complaints).toEqual([]);
  await close();
});
