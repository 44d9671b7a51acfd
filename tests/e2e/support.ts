/** The built page in a real Chromium for one test file: served with its headers, every request watched. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../../tools/lib/chromium.mjs';
import type { RunConfig } from '../../src/protocol';
import type { DataCounts } from '../../src/session/automation';
import { call, give, NetworkWatch, open } from '../../tools/lib/drive.mjs';
import { serveFolder } from '../../tools/lib/serve.mjs';
import { ensureBuild, ensureChromium } from '../../tools/setup.mjs';

export interface Site {
  url: string;
  context: BrowserContext;
  watch: NetworkWatch;
  /** Paths that reached our server, in order. */
  served: string[];
  /** Uncaught errors and console errors of the page, in order. */
  errors: string[];
  /** Opens the page (query like `?view=runs`) in a new tab and waits until it is ready. */
  openPage(query?: string): Promise<Page>;
  close(): Promise<void>;
}

/**
 * Builds when the build is stale, serves it and launches Chromium. With `profile`, storage lies on disk; `hubHosts` are
 * origins that the hub thread may reach besides the model hub.
 */
export async function openSite(options: { profile?: boolean; hubHosts?: string[] } = {}): Promise<Site> {
  await ensureBuild();
  const served: string[] = [];
  const errors: string[] = [];
  let watch: NetworkWatch | null = null;
  const server = await serveFolder({
    hubHosts: options.hubHosts ?? [],
    onRequest: ({ url }) => {
      served.push(url);
      watch?.served(url);
    },
  });
  const profile = options.profile ? mkdtempSync(path.join(os.tmpdir(), 'whylive-e2e-')) : null;
  const browser = await launchChromium({
    executable: await ensureChromium(),
    hardware: 'never',
    ...(profile === null ? {} : { profile }),
  });
  const { context } = browser;
  watch = new NetworkWatch(context);
  return {
    url: server.url,
    context,
    watch,
    served,
    errors,
    async openPage(query = '') {
      const page = await context.newPage();
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => {
        // The proof at start asks for refusals on purpose; Chromium logs each.
        if (message.type() === 'error' && !/Content Security Policy/.test(message.text())) errors.push(message.text());
      });
      await open(page, `${server.url}${query}`);
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
      if (profile !== null) rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export { call, give };

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a tool of `tools/` to its end; `when` sends it a signal as soon as it has said something. */
export function runTool(
  script: string,
  args: readonly string[],
  when?: { text: RegExp; signal: NodeJS.Signals },
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`tools/${script}.mjs`, ...args], {
      env: { ...process.env, VITEST: undefined },
    });
    let stdout = '';
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (when?.text.test(stdout)) child.kill(when.signal);
    });
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** Another origin, which notes whatever reaches it and lets any page read its answers. */
export async function foreignOrigin(): Promise<{ url: string; reached: string[]; close(): Promise<void> }> {
  const reached: string[] = [];
  const server = createServer((request, response) => {
    reached.push(request.url ?? '');
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'text/html' });
    response.end('<!doctype html><title>elsewhere</title>');
  });
  server.on('upgrade', (request, socket) => {
    reached.push(request.url ?? '');
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    reached,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/**
 * A small labelled set made of a few files of the embedded one: subjects M01 to M04, live and print, two frames each
 * (16 samples), with captions. Returns the folder, named `small`, and its captions file inside it.
 */
export function smallSet(): { folder: string; captions: string; remove(): void } {
  const parent = mkdtempSync(path.join(os.tmpdir(), 'whylive-set-'));
  const folder = path.join(parent, 'small');
  const lines: string[] = [];
  for (const line of readFileSync('public/demo/captions.jsonl', 'utf8').trim().split('\n')) {
    const row = JSON.parse(line) as { file: string };
    const file = /^synthetic-M\/((?:live|print)\/M0[1-4]_1\.\w+)$/.exec(row.file)?.[1];
    if (file === undefined) continue;
    lines.push(JSON.stringify({ ...row, file }));
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    copyFileSync(path.join('public/demo', row.file), path.join(folder, file));
  }
  const captions = path.join(folder, 'captions.jsonl');
  writeFileSync(captions, `${lines.join('\n')}\n`);
  return { folder, captions, remove: () => rmSync(parent, { recursive: true, force: true }) };
}

/** Settings under which a run takes seconds. */
export const TINY = {
  steps: 3,
  batch: 2,
  accumulation: 1,
  maxCaptionTokens: 96,
  evaluateEvery: 3,
  evaluateTextSamples: 1,
  probes: 1,
  checkpointEvery: 1,
} satisfies Partial<RunConfig>;

/** Imports a folder through a real directory input, as a user would choose it. */
export async function importFolder(page: Page, folder: string): Promise<DataCounts> {
  await give(page, 'folder', folder, { directory: true });
  return (await call(page, 'importFromInput', 'folder')) as DataCounts;
}
