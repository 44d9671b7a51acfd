/** No accessibility violations that axe can find: every state in light, colours again in dark, the main ones narrow. */
import { page } from 'vitest/browser';
import { afterEach, describe, expect, it } from 'vitest';
import { SCENE_NAMES, scene } from '../support/fake_scenes';
import { mount, one, settle, unmount, violations } from '../support/mount';

afterEach(unmount);

const MAIN = ['first', 'data', 'setup', 'finished', 'inspect', 'runs', 'bad'];

describe('in the light theme', () => {
  it.each(SCENE_NAMES)('%s is clean', async (name) => {
    await page.viewport(1280, 800);
    await mount(scene(name, { theme: 'light' }));
    expect(getComputedStyle(document.documentElement).colorScheme).toBe('light');
    expect(await violations()).toEqual([]);
  });
});

// The structure is the same in both themes; only the colours have to be looked at again.
describe('in the dark theme', () => {
  it.each([...MAIN, 'middle', 'importing', 'lost'])('%s has enough contrast', async (name) => {
    await page.viewport(1280, 800);
    await mount(scene(name, { theme: 'dark' }));
    expect(getComputedStyle(document.documentElement).colorScheme).toBe('dark');
    expect(await violations(['color-contrast'])).toEqual([]);
  });
});

it.each([
  ['wl-seal', 'light'],
  ['wl-seal', 'dark'],
  ['wl-settings', 'light'],
  ['wl-settings', 'dark'],
] as const)('the dialog of %s is clean in the %s theme', async (name, theme) => {
  await page.viewport(1280, 800);
  const mounted = await mount(scene('first', { theme }));
  const element = one(mounted, name);
  one(element, 'button').click();
  await settle();
  expect(one<HTMLDialogElement>(element, 'dialog').open).toBe(true);
  expect(await violations()).toEqual([]);
});

it.each(['first', 'data', 'finished', 'inspect', 'runs'])(
  '%s is clean on a phone, and does not scroll sideways',
  async (name) => {
    await page.viewport(390, 844);
    await mount(scene(name));
    expect(await violations()).toEqual([]);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
  },
);

it('finds a violation when there is one', async () => {
  await mount(scene('first'));
  document.body.append(Object.assign(document.createElement('img'), { src: 'data:,' }));
  expect((await violations()).join()).toContain('image-alt');
});

it.each([
  ['first', 'wl-hero', ''],
  ['training', 'wl-probes', ''],
  ['middle', 'wl-curves', 'section:last-of-type'],
  ['inspect', 'wl-sheet', ''],
])('at 1280 x 800 the main job of %s fits without scrolling', async (name, host, inside) => {
  await page.viewport(1280, 800);
  const mounted = await mount(scene(name));
  const element = inside === '' ? one(mounted, host) : one(one(mounted, host), inside);
  expect(element.getBoundingClientRect().bottom).toBeLessThanOrEqual(800);
});
