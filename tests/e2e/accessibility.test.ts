/** axe on the four views of the real page, empty and filled, light and dark; and a walk by keyboard alone. */
import { readFileSync } from 'node:fs';
import axeCore from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, importFolder, openSite, smallSet, TINY, type Site } from './support';

let site: Site;
let page: Page;
const set = smallSet();
const VIEWS = ['data', 'train', 'inspect', 'runs'] as const;
beforeAll(async () => {
  site = await openSite();
  page = await site.openPage('?backend=wasm');
});
afterAll(async () => {
  set.remove();
  await site.close();
});

/** What axe finds, as lines; run through the debugger, since the page's own policy allows no foreign script. */
async function violations(): Promise<string[]> {
  await page.evaluate(axeCore.source);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof axeCore };
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
    );
  });
}

async function lookAt(view: (typeof VIEWS)[number], theme: 'light' | 'dark'): Promise<void> {
  await page.evaluate(
    ([view, theme]) => {
      window.whylive!.session.setTheme(theme);
      window.whylive!.session.show(view);
    },
    [view, theme] as const,
  );
  // Colours that are still in transition would be measured half way.
  await page.waitForTimeout(600);
}

test.each(
  VIEWS.flatMap(
    (view) =>
      [
        [view, 'light'],
        [view, 'dark'],
      ] as const,
  ),
)('%s, empty, %s: axe finds nothing', async (view, theme) => {
  await lookAt(view, theme);
  expect(await violations()).toEqual([]);
});

test('with data and a run', async () => {
  await importFolder(page, set.folder);
  await call(page, 'configure', { ...TINY, steps: 2 });
  await call(page, 'start');
});

test.each(
  VIEWS.flatMap(
    (view) =>
      [
        [view, 'light'],
        [view, 'dark'],
      ] as const,
  ),
)('%s, with data and a run, %s: axe finds nothing', async (view, theme) => {
  await lookAt(view, theme);
  if (view === 'inspect') {
    await page.evaluate(() => {
      const { session } = window.whylive!;
      session.selectSample(session.state.data.samples[0]?.id ?? '');
    });
    await page.waitForTimeout(300);
  }
  expect(await violations()).toEqual([]);
});

test('Tab reaches every view, and the focus is always visible', async () => {
  await lookAt('data', 'light');
  // A fresh page, so that Tab starts at its top: a change of view moves the focus to the content.
  await page.reload();
  await call(page, 'ready');
  const reached: string[] = [];
  for (let i = 0; i < 14; i++) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      if (element === null || element === document.body) return null;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return {
        name: element.getAttribute('aria-label') ?? element.textContent.trim(),
        ring: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none',
        onScreen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
      };
    });
    if (focus === null) continue;
    expect(focus, `after ${i + 1} times Tab`).toMatchObject({ ring: true, onScreen: true });
    reached.push(focus.name);
  }
  for (const name of ['Data', 'Train', 'Inspect', 'Runs']) expect(reached).toContain(name);
});

test('keys 1 to 4 change the view, and ? opens the help that Escape closes', async () => {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (const [key, view] of [
    ['2', 'train'],
    ['3', 'inspect'],
    ['4', 'runs'],
    ['1', 'data'],
  ] as const) {
    await page.keyboard.press(key);
    expect(await page.evaluate(() => window.whylive!.session.state.view)).toBe(view);
  }
  await page.keyboard.press('?');
  const help = page.getByRole('dialog');
  await help.waitFor();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
});

test('the page logs no error in all this', () => {
  expect(site.errors).toEqual([]);
  expect(readFileSync('dist/index.html', 'utf8')).toContain('lang="en"');
});
