// Runs in: tests. A real browser on the real page: serves it over some questions, opens it in Chromium.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import type { Questions } from '../../plugin/graph/answers.ts';
import { listen, type ListenOptions } from '../../graph-ui/server/listen.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const SCREENSHOTS = join(ROOT, 'test-results');

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** The Chromium to use: what the tests were given, else what Debian installs. */
export function chromiumPath(given: string | undefined): string {
  const path = given ?? '/usr/bin/chromium';
  if (!existsSync(path)) throw new Error(`There is no browser at ${path}. Install Chromium: the page's tests need a real one.`);
  return path;
}

export interface Site {
  url: string;
  browser: Browser;
  close(): Promise<void>;
}

/** Serves the page, as the run's start has built it, over `questions`, and starts a browser. */
export async function openSite(questions: Questions, browserPath: string, options: ListenOptions = {}): Promise<Site> {
  const server = await listen(questions, { port: 0, questionMs: 120_000, onContentRead: () => undefined, ...options });
  try {
    const browser = await chromium.launch({ executablePath: browserPath, args: FLAGS });
    return {
      url: server.url,
      browser,
      close: async () => {
        await browser.close();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

export interface Tab {
  page: Page;
  /** What the console or the page itself complained about, refusals by the content security policy included. */
  complaints: string[];
  close(): Promise<void>;
}

export async function openTab({ browser, url }: Site, path = '/', options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${url}${path}`);
  return { page, complaints, close: () => context.close() };
}

/** Waits until the graph is drawn, and gives the ids of what is drawn within sight. */
export async function drawnIds(page: Page): Promise<string[]> {
  await page.locator('#cards .card').first().waitFor();
  await page.locator('#stage-message.is-loading').waitFor({ state: 'hidden' });
  return page.locator('#cards .card').evaluateAll((cards) => cards.map((card) => (card as HTMLElement).dataset['id'] ?? ''));
}

/** Clicks a drawn node, where the canvas takes the click. */
export async function clickNode(page: Page, id: string): Promise<void> {
  const box = await page.locator(`#cards .card[data-id="${id}"]`).boundingBox();
  if (box === null) throw new Error(`${id} is not in sight`);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
}

/** All that a theme changes, axe has in these of its rules. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/**
 * What axe-core finds: in light by all of its rules, in dark, which is shown then, by those about colours.
 * @param picture of which screenshots are kept, one of each theme
 */
export async function accessFindings(page: Page, picture?: string): Promise<string[]> {
  // Its code runs in a function of the browser's own, past the page's policy.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const findings: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.locator(`html[data-theme=${theme}]`).waitFor();
    const found = await page.evaluate(async (rules) => {
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) });
      return violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`) }));
    }, theme === 'dark' ? OF_COLOURS : null);
    findings.push(...found.map(({ id, where }) => `${theme}: ${id}: ${where.slice(0, 4).join(' | ')}`));
    if (picture !== undefined) await screenshot(page, `${picture}-${theme}`);
  }
  return findings;
}

export async function screenshot(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
