// Runs in: tests. Signing in and out in a real browser, and what a viewer sees of what is for auditors.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Trace } from '../../plugin/graph/answers.ts';
import { readAccess } from '../../graph-ui/server/access/settings.ts';
import { engines } from '../support/engines.ts';
import { flightDelays, type LoadedFlights, loadFlights } from './fixture.ts';
import { chromiumPath, drawnIds, openSite, openTab, accessFindings, type Site } from './page.ts';

const VIEWER = 'viewer-token-0123456789';
const AUDITOR = 'auditor-token-0123456789';

const flights = flightDelays();
const e = encodeURIComponent;
let loaded: LoadedFlights;
let site: Site;
let failed: string;

beforeAll(async () => {
  loaded = await loadFlights(flights);
  const access = readAccess({ PROVENANCE_UI_TOKENS: `team:viewer:${VIEWER},anna:auditor:${AUDITOR}` });
  site = await openSite(loaded.graph, chromiumPath(engines.chromium), { access, onContentRead: () => undefined });
  const { nodes }: Trace = await loaded.graph.trace(flights.ids.prepareRun);
  failed = nodes.find(({ labels, properties }) => labels[0] === 'Attempt' && properties['status'] === 'failed')!.id;
});
afterAll(async () => {
  for (const each of [site, loaded]) await each.close();
});

it('asks for a token, refuses a wrong one, and goes on to where one wanted to go', async () => {
  const { page, complaints, close } = await openTab(site, `/?subject=${e(flights.ids.cleanStep)}&selected=${e(failed)}`);
  expect(await page.title()).toBe('Sign in · temporal-provenance');
  expect(await accessFindings(page, 'sign-in')).toEqual([]);
  // The field has the focus: no mouse is needed.
  await page.keyboard.type('no-such-token-0123456789');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  expect(await accessFindings(page, 'sign-in-refused')).toEqual([]);
  await page.keyboard.type(VIEWER);
  await page.keyboard.press('Enter');
  await drawnIds(page);
  await page.locator('#panel', { hasText: /shown to auditors only: .*Failure message/ }).waitFor();
  expect(await page.locator('#panel').textContent()).not.toContain('arrival before departure');
  await page.getByText('shown to auditors only').scrollIntoViewIfNeeded();
  expect(await accessFindings(page, 'viewer')).toEqual([]);
  await page.getByRole('button', { name: 'Signed in as team (viewer): sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.goto(site.url);
  expect(await page.title()).toBe('Sign in · temporal-provenance');
  expect(complaints).toEqual([]);
  await close();
});

it('leads back to the sign-in page when the session is over, and from there to where one was', async () => {
  const { page, close } = await openTab(site, `/?subject=${e(flights.ids.cleanStep)}&selected=${e(failed)}`);
  await page.getByLabel('Your token').fill(AUDITOR);
  await page.keyboard.press('Enter');
  await page.locator('#panel', { hasText: 'arrival before departure' }).waitFor();
  await drawnIds(page);
  await page.waitForLoadState('networkidle');
  const { pathname, search } = new URL(page.url());
  await page.context().clearCookies();
  await page.getByRole('combobox', { name: 'Search the graph' }).fill('flights');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByLabel('Your token').fill(AUDITOR);
  await page.keyboard.press('Enter');
  await page.locator('#panel', { hasText: 'arrival before departure' }).waitFor();
  expect(new URL(page.url())).toMatchObject({ pathname, search });
  await close();
});

it('asks nothing, and offers nothing to sign out of, where nobody has to sign in', async () => {
  const open = await openSite(loaded.graph, chromiumPath(engines.chromium), { onContentRead: () => undefined });
  const { page, close } = await openTab(open);
  await page.locator('#start h1').waitFor();
  expect(await page.locator('#reader').isVisible()).toBe(false);
  await close();
  await open.close();
});
