/** What happens when something in the page, or in a thread, tries to send a frame elsewhere: nothing arrives. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foreignOrigin, openSite, type Site } from './support';

let site: Site;
let elsewhere: Awaited<ReturnType<typeof foreignOrigin>>;
let page: Page;
beforeAll(async () => {
  site = await openSite();
  elsewhere = await foreignOrigin();
  page = await site.openPage();
});
afterAll(async () => {
  await site.close();
  await elsewhere.close();
});

/** Every way out that a page has, each with its own path, as script for `page.evaluate`. */
async function tryEverything(base: string): Promise<void> {
  const attempt = async (action: () => unknown): Promise<void> => {
    try {
      await action();
    } catch {
      // A refusal may be an exception or silence; what counts is what arrives.
    }
  };
  const add = (tag: string, attributes: Record<string, string>): void => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    document.body.append(element);
  };
  await attempt(() => fetch(`${base}fetch`, { method: 'POST', body: 'frame', mode: 'no-cors' }));
  await attempt(() => navigator.sendBeacon(`${base}beacon`, 'frame'));
  await attempt(() => new WebSocket(`${base.replace('http', 'ws')}socket`));
  await attempt(() => new EventSource(`${base}events`));
  await attempt(() => {
    const request = new XMLHttpRequest();
    request.open('POST', `${base}xhr`);
    request.send('frame');
  });
  await attempt(() => (new Image().src = `${base}image`));
  await attempt(() => new Worker(`${base}worker.js`));
  await attempt(() => add('script', { src: `${base}script.js` }));
  await attempt(() => add('iframe', { src: `${base}frame` }));
  await attempt(() => add('object', { data: `${base}object` }));
  await attempt(() => add('video', { src: `${base}video`, preload: 'auto' }));
  await attempt(() => add('link', { rel: 'stylesheet', href: `${base}style.css` }));
  await attempt(() => add('link', { rel: 'prefetch', href: `${base}prefetch` }));
  await attempt(() => add('div', { style: `background: url(${base}background); width: 9px; height: 9px` }));
  await attempt(() => new FontFace('elsewhere', `url(${base}font)`).load());
  await attempt(() => {
    const form = document.createElement('form');
    const target = document.createElement('iframe');
    target.name = 'target';
    document.body.append(target, form);
    Object.assign(form, { action: `${base}form`, method: 'post', target: 'target' });
    form.submit();
  });
  await new Promise((resolve) => setTimeout(resolve, 1500));
}

/** A dynamic import, as text: the test runner would rewrite it in a function. */
const importOf = (url: string): string => `import(${JSON.stringify(url)}).then(() => true, () => false)`;

test('the same attempts do arrive from a page without our headers, so the next test can fail', async () => {
  const plain = createServer((_request, response) =>
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><body>'),
  );
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const other = await site.context.newPage();
  try {
    await other.goto(`http://127.0.0.1:${(plain.address() as AddressInfo).port}/`);
    await other.evaluate(tryEverything, elsewhere.url);
    await other.evaluate(importOf(`${elsewhere.url}import.js`));
    const arrived = new Set(elsewhere.reached.map((path) => path.slice(1).replace(/\..*$/, '')));
    for (const way of [
      'fetch',
      'beacon',
      'socket',
      'events',
      'xhr',
      'image',
      'import',
      'script',
      'frame',
      'style',
      'form',
    ]) {
      expect(arrived, way).toContain(way);
    }
  } finally {
    await other.close();
    plain.close();
    elsewhere.reached.length = 0;
  }
});

test('nothing that the page tries reaches another origin', async () => {
  await page.evaluate(tryEverything, elsewhere.url);
  expect(await page.evaluate(importOf(`${elsewhere.url}import.js`))).toBe(false);
  expect(elsewhere.reached).toEqual([]);
});

test('the threads that see frames reach neither another origin nor their own', async () => {
  const sealed = page.workers().filter((worker) => /\/workers\/(trainer|frames)-/.test(worker.url()));
  expect(sealed).toHaveLength(2);
  for (const worker of sealed) {
    const before = site.served.length;
    const outcomes = await worker.evaluate(
      async (urls: string[]) => {
        const outcomes: string[] = [];
        for (const url of urls) {
          await fetch(url).then(
            () => outcomes.push(`reached ${url}`),
            () => undefined,
          );
          const request = new XMLHttpRequest();
          try {
            request.open('GET', url, false);
            request.send();
            outcomes.push(`reached ${url} by XMLHttpRequest`);
          } catch {
            // refused
          }
          await new Promise<void>((resolve) => {
            try {
              const socket = new WebSocket(url.replace('http', 'ws'));
              socket.onopen = () => resolve(void outcomes.push(`reached ${url} by WebSocket`));
              socket.onerror = () => resolve();
            } catch {
              resolve();
            }
          });
          try {
            new Worker(url).onmessage = () => undefined;
          } catch {
            // refused
          }
        }
        return outcomes;
      },
      [elsewhere.url, `${site.url}probe`],
    );
    expect(outcomes).toEqual([]);
    expect(await worker.evaluate(importOf(`${elsewhere.url}import.js`))).toBe(false);
    expect(elsewhere.reached).toEqual([]);
    expect(site.served.slice(before)).toEqual([]);
  }
});

test('of these the hub reaches this site only, and it has no way into storage', async () => {
  const hub = page.workers().find((worker) => worker.url().includes('/workers/hub-'));
  const reached = await hub?.evaluate(
    (urls: string[]) =>
      Promise.all(
        urls.map((url) =>
          fetch(url).then(
            () => true,
            () => false,
          ),
        ),
      ),
    [`${site.url}seal.js`, elsewhere.url],
  );
  expect(reached).toEqual([true, false]);
  expect(elsewhere.reached).toEqual([]);
  const ways = (): string[] => [
    ...['indexedDB', 'caches', 'webkitRequestFileSystem', 'webkitRequestFileSystemSync'].filter((name) => name in self),
    ...['storage', 'storageBuckets'].filter((name) => name in navigator),
  ];
  expect(await hub?.evaluate(ways)).toEqual([]);
  // The same question to a thread that has them, so that the answer above means something.
  const frames = page.workers().find((worker) => worker.url().includes('/workers/frames-'));
  expect(await frames?.evaluate(ways)).toEqual(expect.arrayContaining(['indexedDB', 'caches', 'storage']));
});

test('WebRTC, which no policy covers, is not there; strings do not become script', async () => {
  expect(await page.evaluate(() => typeof RTCPeerConnection)).toBe('undefined');
  const outcome = await page.evaluate(() => {
    try {
      document.createElement('div').innerHTML = '<img src=x onerror=alert(1)>';
      return 'allowed';
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(outcome).toBe('TypeError');
});
