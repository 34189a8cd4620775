// Runs in: tests. The search box in a real browser over the real graph: hits by kind, exact names, filters, by keyboard and by mouse.
import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { engines } from '../support/engines.ts';
import { flightDelays, type LoadedFlights, loadFlights } from './fixture.ts';
import { chromiumPath, drawnIds, openSite, openTab, accessFindings, type Site, type Tab } from './page.ts';

const flights = flightDelays();
const { ids, rawFlights, word } = flights;

let loaded: LoadedFlights;
let site: Site;

beforeAll(async () => {
  loaded = await loadFlights(flights);
  site = await openSite(loaded.graph, chromiumPath(engines.chromium));
});
afterAll(async () => {
  for (const each of [site, loaded]) await each.close();
});

async function openBox(text: string, options: BrowserContextOptions = {}): Promise<Tab> {
  const tab = await openTab(site, '/', options);
  await tab.page.locator('#search-icon svg').waitFor();
  await tab.page.keyboard.press('/');
  await tab.page.keyboard.type(text);
  return tab;
}

const groups = ({ page }: Tab): Promise<string[]> => page.locator('#search-list .option-group-title').allTextContents();
const active = ({ page }: Tab): Promise<string | null> => page.locator('#search-list [aria-selected=true]').textContent({ timeout: 5_000 });

it('groups what it finds, with numbers, and marks what was searched for', async () => {
  const tab = await openBox(`flight ${word}`);
  const { page, complaints, close } = tab;
  await page.locator('#search-list [role=option] mark').first().waitFor();
  expect(await groups(tab)).toEqual(['Models1', 'Datasets3', 'Runs1', 'Narrow it down']);
  expect(await accessFindings(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});

it('opens the one exact hit with Enter: a digest', async () => {
  const { page, close } = await openBox(rawFlights.sha256.slice(0, 14));
  await page.locator('#search-list', { hasText: 'Exactly this' }).waitFor();
  await page.keyboard.press('Enter');
  await drawnIds(page);
  expect(new URL(page.url()).searchParams.get('subject')).toBe(ids.rawFlights);
  await close();
});

it('opens what was typed last, however soon Enter follows', async () => {
  const { page, close } = await openBox(word);
  await page.locator('#search-list [role=option] mark').first().waitFor();
  await page.locator('#search').fill(rawFlights.sha256);
  await page.keyboard.press('Enter');
  await drawnIds(page);
  expect(new URL(page.url()).searchParams.get('subject')).toBe(ids.rawFlights);
  await close();
});

it('narrows by filters that complete themselves, by keyboard alone', async () => {
  const tab = await openBox('kind:pre');
  const { page, complaints, close } = tab;
  await page.locator('.is-completion').first().waitFor();
  expect(await active(tab)).toBe('prediction');
  await page.keyboard.press('Enter');
  expect(await page.locator('#search').inputValue()).toBe('kind:prediction ');
  await page.keyboard.type(word);
  await expect.poll(() => groups(tab)).toEqual(['Predictions20', 'Narrow it down']);
  await page.keyboard.press('ArrowUp');
  expect(await active(tab)).toContain('sealed:');
  await page.keyboard.press('Enter');
  await page.locator('.is-completion', { hasText: 'open, unsealed' }).waitFor();
  expect(await page.locator('#search').inputValue()).toBe(`kind:prediction sealed: ${word}`);
  await page.keyboard.press('ArrowDown');
  expect(await accessFindings(page)).toEqual([]);
  await page.keyboard.press('Enter');
  expect(await page.locator('#search').inputValue()).toBe(`kind:prediction sealed:no ${word}`);
  await expect.poll(() => groups(tab)).toEqual(['Predictions20', 'Narrow it down']);
  await page.keyboard.press('Escape');
  expect(await page.locator('#search-list').isHidden()).toBe(true);
  expect(complaints).toEqual([]);
  await close();
});

it('narrows to what is known in one way: the report and the plot were arguments only', async () => {
  const tab = await openBox(`${word} evidence:inf`);
  const { page, close } = tab;
  await page.locator('.is-completion', { hasText: 'an equal, distinctive value' }).waitFor();
  expect(await active(tab)).toContain('inferred');
  await page.keyboard.press('Enter');
  expect(await page.locator('#search').inputValue()).toBe(`${word} evidence:inferred `);
  await expect.poll(() => groups(tab)).toEqual(['Other artifacts2', 'Runs1', 'Narrow it down']);
  await close();
});

it('shows one kind alone, by mouse', async () => {
  const tab = await openBox(word);
  const { page, close } = tab;
  await page.locator('.option', { hasText: 'All predictions' }).click();
  await expect.poll(() => groups(tab)).toEqual(['Predictions20', 'Narrow it down']);
  expect(await page.locator('.option[data-id]').count()).toBe(20);
  await page.locator(`.option[data-id="${ids.predictions[7]!}"]`).click();
  await drawnIds(page);
  expect(new URL(page.url()).searchParams.get('subject')).toBe(ids.predictions[7]);
  await close();
});

it('says what it does not understand, and takes any text for text', async () => {
  const { page, complaints, close } = await openBox('since:20 ');
  await page.locator('.option-message', { hasText: "'20' is no time" }).waitFor();
  await page.locator('#search').fill(`<img src=x onerror="document.title='owned'"> ") OR [a TO *] \\ ^~ AND ${word}x`);
  await page.locator('.option-message', { hasText: 'Nothing found' }).waitFor();
  expect(await page.locator('#search-list img').count()).toBe(0);
  await page.locator('#search').fill('ä'.repeat(10_000));
  await page.locator('.option-message', { hasText: 'too long to search for: 10,000' }).waitFor();
  expect(complaints.filter((complaint) => !complaint.includes('status of 400'))).toEqual([]);
  await close();
});

it('looks well', async () => {
  const { page, close } = await openBox(word);
  await page.locator('#search-list [role=option] mark').first().waitFor();
  await page.keyboard.press('ArrowDown');
  expect(await accessFindings(page, 'search')).toEqual([]);
  await page.locator('#search').fill('kind:');
  await page.locator('.is-completion').first().waitFor();
  expect(await accessFindings(page, 'search-filter')).toEqual([]);
  await close();
});
