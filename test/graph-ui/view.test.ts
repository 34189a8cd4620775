// Runs in: tests. A large trace in a real browser: it opens small, grows and shrinks by hand, and nothing moves that was not touched.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withdrawal } from '../../plugin/cli/withdraw-command.ts';
import { engines } from '../support/engines.ts';
import { loadRecords, type LoadedRecords } from './fixture.ts';
import { chromiumPath, clickNode, drawnIds, openSite, openTab, screenshot, accessFindings, type Site } from './page.ts';
import { DAYS, PREDICTIONS, wideLineage } from './wide-fixture.ts';

const { ids, records } = wideLineage();
const e = encodeURIComponent;
const upstream = `/?subject=${e(ids.model)}&direction=upstream`;
const downstream = `/?subject=${e(ids.model)}&direction=downstream`;

let loaded: LoadedRecords;
let site: Site;

beforeAll(async () => {
  loaded = await loadRecords([...records, withdrawal([ids.days[1]!], 'the vendor sent a broken file', 'Ada', new Date().toISOString())]);
  site = await openSite(loaded.graph, chromiumPath(engines.chromium));
});
afterAll(async () => {
  await site.close();
  await loaded.close();
});

const soon = expect.poll;

type Places = { [id: string]: { x: number; y: number; width: number; height: number } };

/** Where each card is on the screen, those out of sight left out. */
async function places(page: Page): Promise<Places> {
  return page.locator('#cards > [data-id]').evaluateAll((cards) =>
    Object.fromEntries(cards.map((card) => {
      const { x, y, width, height } = card.getBoundingClientRect();
      return [(card as HTMLElement).dataset['id'], { x, y, width, height }];
    })),
  );
}

async function fit(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Fit the whole graph' }).click();
  // The cards follow in the next frame.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

async function expectCounts(page: Page, drawn: number): Promise<void> {
  await page.locator('.counts', { hasText: new RegExp(`^${drawn} of `) }).waitFor();
}

/** Presses a handle of a card, which only the pointer can. */
async function press(page: Page, id: string, part: string): Promise<void> {
  await page.locator(`#cards > [data-id="${id}"] ${part}`).click();
}

function only(all: Places, wanted: (id: string) => boolean): Places {
  return Object.fromEntries(Object.entries(all).filter(([id]) => wanted(id)));
}

describe('a large trace', () => {
  it('opens small, with how much is not drawn, and shows all on demand', async () => {
    const { page, complaints, close } = await openTab(site, upstream);
    const drawn = await drawnIds(page);
    expect(drawn.length).toBeGreaterThan(5);
    await fit(page);
    expect((await drawnIds(page)).length).toBeLessThanOrEqual(40);
    const handle = page.locator(`#cards > [data-id="${ids.joinStep}"] .card-handle.is-earlier`);
    expect(await handle.textContent()).toBe(`+${DAYS - 12}`);
    expect(await handle.getAttribute('title')).toContain(`12 of ${DAYS} drawn`);
    await screenshot(page, 'large-first');

    await page.getByRole('button', { name: /^All \d/ }).click();
    await soon(async () => (await fit(page), (await page.locator('.card-handle.is-opening').count()))).toBe(0);
    await expectCounts(page, 3 * DAYS + 4);
    expect(new URL(page.url()).searchParams.get('all')).toBe('1');
    await page.getByRole('button', { name: /^All \d/ }).click();
    await soon(async () => (await fit(page), (await handle.allTextContents())[0])).toBe(`+${DAYS - 12}`);
    expect(complaints).toEqual([]);
    await close();
  });

  it('opens one side of one node and closes it again, and nothing else moves', async () => {
    const { page, complaints, close } = await openTab(site, upstream);
    await drawnIds(page);
    await fit(page);
    await page.locator(`#cards > [data-id="${ids.joinStep}"]`).waitFor();
    const before = await places(page);
    await press(page, ids.joinStep, '.is-opening');
    await soon(async () => Object.keys(await places(page)).length).toBeGreaterThan(Object.keys(before).length);
    const after = await places(page);
    expect(only(after, (id) => id in before)).toEqual(before);
    const opened = new URL(page.url()).searchParams.get('open')!;
    expect(opened).toMatch(/^e[\w-]{6}$/);

    // The link alone shows as much.
    const copy = await openTab(site, `${new URL(page.url()).pathname}${new URL(page.url()).search}`);
    await drawnIds(copy.page);
    expect(await copy.page.locator('.counts').textContent()).toBe(await page.locator('.counts').textContent());
    await copy.close();

    const step = page.locator(`#cards > [data-id="${ids.joinStep}"]`);
    const box = (await step.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await press(page, ids.joinStep, '.is-closing');
    await soon(() => places(page)).toEqual(before);
    expect(new URL(page.url()).searchParams.get('open')).toBe(null);
    await page.goBack();
    await soon(async () => Object.keys(await places(page)).length).toBe(Object.keys(after).length);
    expect(await places(page)).toEqual(after);
    expect(complaints).toEqual([]);
    await close();
  });

  it('opens five hundred look-alikes and closes them again, and nothing else moves', async () => {
    const { page, complaints, close } = await openTab(site, downstream);
    await drawnIds(page);
    await fit(page);
    const bundle = `bundle/${ids.predictions[0]}`;
    await page.locator(`#cards > [data-id="${bundle}"]`).waitFor();
    expect(await page.locator(`#cards > [data-id="${bundle}"] .card-title`).textContent()).toBe(`${PREDICTIONS} predictions`);
    const before = await places(page);
    await screenshot(page, 'fan-out-closed');
    await press(page, bundle, '.card-button');
    await page.locator('.card-group').waitFor({ state: 'attached' });
    const others = (all: Places): Places => only(all, (id) => id in before && id !== bundle);
    expect(others(await places(page))).toEqual(others(before));
    const opened = page.url();
    await fit(page);
    await screenshot(page, 'fan-out-open');
    await expectCounts(page, PREDICTIONS + 25);
    expect(await page.locator('[role=treeitem][data-kind="Prediction"]').count()).toBeGreaterThan(400);

    await page.goBack();
    await expectCounts(page, 25);
    await page.goForward();
    await expectCounts(page, PREDICTIONS + 25);
    expect(page.url()).toBe(opened);
    await page.goBack();
    await expectCounts(page, 25);
    await fit(page);
    await soon(() => places(page)).toEqual(before);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('both ways', () => {
  it('draws what something was made from and what came out of it at once', async () => {
    const { page, complaints, close } = await openTab(site, `/?subject=${e(ids.model)}&direction=downstream`);
    await drawnIds(page);
    await page.getByRole('button', { name: 'Both' }).click();
    await page.locator(`[role=treeitem][data-id="${ids.predictStep}"]`).waitFor({ state: 'attached' });
    await page.locator(`[role=treeitem][data-id="${ids.table}"]`).waitFor({ state: 'attached' });
    await fit(page);
    expect((await drawnIds(page)).length).toBeLessThanOrEqual(40);
    await screenshot(page, 'both');
    const [left, right] = [(await places(page))[ids.table]!, (await places(page))[ids.predictStep]!];
    expect(left.x).toBeLessThan(right.x);
    await page.getByRole('button', { name: 'Upstream' }).click();
    await page.locator(`[role=treeitem][data-id="${ids.predictStep}"]`).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('the path between two nodes', () => {
  it('is drawn alone, with a way back to where everything was', async () => {
    const { page, complaints, close } = await openTab(site, upstream);
    await drawnIds(page);
    await fit(page);
    const before = await places(page);
    // From what was asked for, by Shift and a click; this day is one that is not drawn at first.
    await page.locator(`#cards > [data-id="${ids.joinStep}"] .is-opening`).click();
    await page.locator(`#cards > [data-id="${ids.joinStep}"] .is-opening`).waitFor({ state: 'detached' });
    await fit(page);
    const all = await places(page);
    const path = new URL(page.url()).search;
    await page.keyboard.down('Shift');
    await clickNode(page, ids.table);
    await page.keyboard.up('Shift');
    await page.locator('.banner.is-path').waitFor();
    expect(await page.locator('.banner').textContent()).toContain('model.onnx and table.parquet are drawn: 3 cards');
    await soon(() => drawnIds(page)).toHaveLength(3);
    await screenshot(page, 'path');
    await page.keyboard.press('Escape');
    await page.locator('.banner').waitFor({ state: 'hidden' });
    await soon(() => places(page)).toEqual(all);
    expect(new URL(page.url()).search).toBe(path);
    expect(Object.keys(all).length).toBeGreaterThan(Object.keys(before).length);
    expect(complaints).toEqual([]);
    await close();
  });

  it('is chosen by a key in the outline, and lies in the link', async () => {
    const { page, close } = await openTab(site, `${upstream}&selected=${e(ids.joinStep)}`);
    await drawnIds(page);
    await page.locator(`[role=treeitem][data-id="${ids.model}"]`).focus();
    await soon(() => page.locator('#cards.has-light').count()).toBe(1);
    await page.keyboard.press('p');
    await page.locator('.banner.is-path').waitFor();
    await soon(() => drawnIds(page)).toHaveLength(4);
    const copy = await openTab(site, `/${new URL(page.url()).search}`);
    await copy.page.locator('.banner.is-path').waitFor();
    expect((await drawnIds(copy.page)).toSorted()).toEqual((await drawnIds(page)).toSorted());
    await copy.close();
    await page.getByRole('button', { name: 'Back to all' }).click();
    await expectCounts(page, 40);
    await close();
  });

  it('lights up under the pointer', async () => {
    const { page, close } = await openTab(site, upstream);
    await drawnIds(page);
    await fit(page);
    const box = (await page.locator(`#cards > [data-id="${ids.days[0]}"]`).boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await soon(() => page.locator('#cards > .is-lit').count()).toBe(7);
    await screenshot(page, 'path-lit');
    await page.mouse.move(600, 640);
    await soon(() => page.locator('#cards.has-light').count()).toBe(0);
    await close();
  });

  it('lights up what comes into sight too', async () => {
    const { page, close } = await openTab(site, upstream);
    await drawnIds(page);
    await fit(page);
    const plain = await accented(page);
    const zoom = async (name: string) => {
      for (let time = 0; time < 6; time++) await page.getByRole('button', { name }).press('Enter');
    };
    const point = async (id: string) => {
      const { x, y, width, height } = (await page.locator(`#cards > [data-id="${id}"]`).boundingBox())!;
      await page.mouse.move(x + width / 2, y + height / 2);
      await soon(() => page.locator('#cards.has-light').count()).toBe(1);
    };
    const middle = await nearestToMiddle(page);
    await point(middle);
    await soon(() => accented(page)).toBeGreaterThan(plain + 50);
    const whole = await accented(page);
    await page.mouse.move(600, 640);
    await soon(() => accented(page)).toBe(plain);
    await zoom('Zoom in');
    await point(middle);
    await zoom('Zoom out');
    await soon(() => accented(page)).toBeGreaterThan(plain + 0.9 * (whole - plain));
    await close();
  });
});

/** The card that stays in sight when all is drawn larger. */
function nearestToMiddle(page: Page): Promise<string> {
  return page.evaluate(() => {
    const middleOf = (element: Element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    };
    const middle = middleOf(document.querySelector('#stage')!);
    const distance = (card: Element) => Math.hypot(middleOf(card).x - middle.x, middleOf(card).y - middle.y);
    const [nearest] = [...document.querySelectorAll<HTMLElement>('#cards > [data-id]')].toSorted((a, b) => distance(a) - distance(b));
    return nearest!.dataset['id']!;
  });
}

/** How many pixels of the drawing have the colour of what is lit. */
function accented(page: Page): Promise<number> {
  return page.evaluate(() => {
    const pen = document.createElement('canvas').getContext('2d')!;
    pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--accent').trim();
    pen.fillRect(0, 0, 1, 1);
    const accent = pen.getImageData(0, 0, 1, 1).data;
    let count = 0;
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>('#canvas canvas')) {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 0; at < data.length; at += 4) if (data[at + 3]! > 200 && [0, 1, 2].every((part) => Math.abs(data[at + part]! - accent[part]!) < 12)) count++;
    }
    return count;
  });
}

describe('what a card tells', () => {
  it('that a version was withdrawn and why, and that a run is not sealed', async () => {
    const { page, close } = await openTab(site, upstream);
    await drawnIds(page);
    await fit(page);
    const card = page.locator(`#cards > [data-id="${ids.days[1]}"]`);
    expect(await card.getAttribute('class')).toContain('is-withdrawn');
    const box = (await card.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await soon(() => page.locator('#canvas').getAttribute('title')).toContain('Withdrawn: the vendor sent a broken file');
    expect(await page.locator('#cards > .is-withdrawn').count()).toBe(1);
    expect(await page.locator(`#cards > [data-id="${ids.joinStep}"] .card-unsealed`).count()).toBe(1);
    await page.getByText('Not sealed', { exact: true }).scrollIntoViewIfNeeded();
    await screenshot(page, 'marks');
    await close();
  });
});

describe('by run', () => {
  it('draws each run as one node, opens one in a frame without moving the rest, and closes it', async () => {
    const { page, complaints, close } = await openTab(site, upstream);
    await drawnIds(page);
    await page.getByRole('button', { name: /^By run/ }).click();
    const run = page.locator(`#cards > [data-id="${ids.joinRun}"]`);
    await run.waitFor();
    expect(await run.locator('.card-title').textContent()).toBe('joinDays');
    expect(await run.locator('.card-subtitle').textContent()).toMatch(new RegExp(`^${DAYS + 1} steps · join-days`));
    // The raw days that one run used look alike now, but for the one that was withdrawn.
    await expectCounts(page, 6);
    await fit(page);
    await screenshot(page, 'by-run');
    const before = await places(page);
    await press(page, ids.trainRun, '.card-button');
    await page.locator('.card-group').waitFor();
    const after = await places(page);
    const others = (all: Places): Places => only(all, (id) => id in before && id !== ids.trainRun);
    expect(others(after)).toEqual(others(before));
    expect(await page.locator('.card-group .card-title').textContent()).toBe('trainModel');
    await fit(page);
    await screenshot(page, 'by-run-open');
    // The link alone shows the same.
    await page.reload();
    await page.locator('.card-group').waitFor();
    await fit(page);
    await screenshot(page, 'by-run-reloaded');
    await page.locator('.card-group .card-button').click();
    await page.locator('.card-group').waitFor({ state: 'detached' });
    await expectCounts(page, 6);
    await page.locator(`[role=treeitem][data-id="${ids.joinRun}"]`).focus();
    await page.keyboard.press('Enter');
    await page.locator('#panel h2', { hasText: 'joinDays' }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('by keyboard alone', () => {
  it('walks, opens, closes, finds paths, and lists the keys without losing the selection', async () => {
    const { page, complaints, close } = await openTab(site, upstream);
    await drawnIds(page);
    const type = (key: string): Promise<void> => page.keyboard.press(key);
    const focused = (): Promise<string | null> => page.locator(':focus').getAttribute('data-id');
    await type('o');
    expect(await focused()).toBe(ids.model);
    for (let presses = 0; presses < 10 && (await focused()) !== ids.joinStep; presses++) await type('ArrowRight');
    expect(await focused()).toBe(ids.joinStep);
    await expectCounts(page, 40);
    await type('[');
    await expectCounts(page, 88);
    expect(await focused()).toBe(ids.joinStep);
    await type('[');
    await expectCounts(page, 40);
    await type('ArrowLeft');
    await type('ArrowLeft');
    expect(await focused()).toBe(ids.table);
    await type('Enter');
    await page.locator('#panel h2', { hasText: 'table.parquet' }).waitFor();

    await type('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await type('Escape');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
    expect(new URL(page.url()).searchParams.get('selected')).toBe(ids.table);

    await type('o');
    await type('Home');
    await type('p');
    await page.locator('.banner.is-path').waitFor();
    await type('Escape');
    await type('Escape');
    await page.locator('.banner.is-path').waitFor({ state: 'hidden' });
    expect(new URL(page.url()).searchParams.get('selected')).toBe(null);

    await type('r');
    await page.locator(`[role=treeitem][data-id="${ids.joinRun}"]`).waitFor({ state: 'attached' });
    await type('o');
    await type('Home');
    for (let presses = 0; presses < 10 && (await focused()) !== ids.trainRun; presses++) await type('ArrowDown');
    await type('e');
    await page.locator('.card-group').waitFor({ state: 'attached' });
    await type('r');
    await page.locator('.card-group').waitFor({ state: 'detached' });

    const transform = (): Promise<string> => page.locator('#cards').evaluate((layer) => layer.style.transform);
    for (const key of ['+', 'f', '-', 'g']) {
      const before = await transform();
      await type(key);
      if (key !== 'g') await soon(transform).not.toBe(before);
    }
    await type('t');
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await type('d');
    await page.locator(`[role=treeitem][data-id="${ids.predictStep}"]`).waitFor({ state: 'attached' });
    await type('/');
    expect(await page.locator(':focus').getAttribute('id')).toBe('search');
    expect(complaints).toEqual([]);
    await close();
  });

  it('can have the single keys switched off', async () => {
    const { page, close } = await openTab(site, upstream);
    await drawnIds(page);
    await page.keyboard.press('?');
    await page.getByLabel('Letters and signs').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('d');
    await page.keyboard.press('?');
    expect(new URL(page.url()).searchParams.get('direction')).toBe('upstream');
    await page.getByLabel('Letters and signs').check();
    await page.keyboard.press('Escape');
    await page.keyboard.press('d');
    await soon(() => new URL(page.url()).searchParams.get('direction')).toBe('downstream');
    await close();
  });
});

describe('for everybody', () => {
  it('axe finds nothing in any state of the graph', async () => {
    const { page, complaints, close } = await openTab(site, upstream);
    await drawnIds(page);
    expect(await accessFindings(page)).toEqual([]);
    await page.keyboard.press('r');
    await page.locator(`#cards > [data-id="${ids.trainRun}"]`).waitFor();
    await fit(page);
    await press(page, ids.trainRun, '.card-button');
    await page.locator('.card-group').waitFor();
    expect(await accessFindings(page, 'by-run')).toEqual([]);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    expect(await accessFindings(page, 'keys')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('o');
    await page.keyboard.press('End');
    await page.keyboard.press('p');
    await page.locator('.banner').waitFor();
    expect(await accessFindings(page, 'path')).toEqual([]);
    await page.goto(`${site.url}${downstream}&each=1`);
    await drawnIds(page);
    await page.getByRole('button', { name: 'Show the outline' }).click();
    expect(await accessFindings(page, 'each')).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it('can be used on a phone', async () => {
    const { page, complaints, close } = await openTab(site, upstream, { viewport: { width: 390, height: 844 }, hasTouch: true });
    await drawnIds(page);
    await fit(page);
    expect(await accessFindings(page)).toEqual([]);
    await screenshot(page, 'phone-large');
    await page.getByRole('button', { name: 'Keys' }).click();
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await screenshot(page, 'phone-keys');
    expect(await page.locator('html').evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
    await close();
  });
});
