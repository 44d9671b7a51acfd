/** The dialog of backbones: what it says before anything is fetched, what it sends, what it shows while and after. */
import { page, userEvent } from 'vitest/browser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WlBackbone } from '../../src/app/panels/wl_backbone';
import { focused } from '../../src/app/shortcuts';
import { KNOWN_BACKBONES } from '../../src/protocol';
import type { BackboneState, StoredModel } from '../../src/session/types';
import { scene } from '../support/fake_scenes';
import { LISTING, MODEL, type FakeSession } from '../support/fake_session';
import { all, mount, one, settle, unmount, violations, words } from '../support/mount';

beforeEach(() => page.viewport(1280, 800));
afterEach(unmount);

const STORED: StoredModel[] = [
  { key: 'done', listing: LISTING, bytes: LISTING.bytes, finished: Date.UTC(2026, 10, 20, 9, 30) },
  { key: 'half', listing: { ...LISTING, id: 'someone/half', licence: null }, bytes: 200e6, finished: null },
];
const FOLDERS = [{ id: 'f1', name: 'SmolVLM-500M', opened: Date.UTC(2026, 10, 21, 9, 30) }];
const PROGRESS = { label: 'model.safetensors', done: 123e6, total: 516e6, unit: 'bytes', rate: 8.1e6, secondsLeft: 48 };
const FAILURE: BackboneState['failure'] = {
  error: {
    name: 'HubError',
    file: 'model.safetensors',
    cause: 'This machine is offline.',
    remedy: 'Go on when the network is back: what has arrived is kept.',
    recoverable: true,
  },
  key: 'half',
};

interface Opened {
  session: FakeSession;
  host: WlBackbone;
  dialog: HTMLDialogElement;
  set(change: Partial<BackboneState>): Promise<void>;
  press(selector: string): Promise<void>;
  now(): string;
}

async function open(change: Partial<BackboneState> = {}, session = scene('first')): Promise<Opened> {
  const set = async (more: Partial<BackboneState>): Promise<void> => {
    session.update({ backbone: { ...session.state.backbone, ...more } });
    await settle(2);
  };
  const mounted = await mount(session);
  await set({ stored: STORED, folders: FOLDERS, ...change });
  const settings = one(mounted, 'wl-settings');
  one(settings, 'button').click();
  await settle(2);
  one(settings, '#backbone').click();
  await settle();
  const host = one<WlBackbone>(settings, 'wl-backbone');
  return {
    session,
    host,
    dialog: one<HTMLDialogElement>(host, 'dialog'),
    set,
    async press(selector) {
      one<HTMLButtonElement>(host, selector).click();
      await settle(2);
    },
    now: () => words(one(host, '.now')),
  };
}

describe('the list', () => {
  it('says what is loaded, and of each model its size, licence, commit and date', async () => {
    const { host, dialog, now } = await open();
    expect(dialog.open).toBe(true);
    expect(now()).toContain('The embedded backbone is loaded');
    const [, done, half, folder] = all(host, 'li').map(words);
    expect(done).toMatch(/SmolVLM-256M-Instruct 517 MB · apache-2\.0 · commit 0123456 · 20 Nov 2026/);
    expect(half).toMatch(/someone\/half 200 MB of 517 MB · licence not stated · .* · not finished/);
    expect(folder).toMatch(/SmolVLM-500M opened 21 Nov 2026.*stays where it is/);
  });

  it('one commit being loaded leaves another of the same model to be loaded', async () => {
    const { session, host } = await open();
    const buttons = (): number => all(host, `[aria-label="Load ${LISTING.id}"]`).length;
    session.update({ model: { ...MODEL, name: LISTING.id, revision: LISTING.commit, synthetic: false } });
    await settle(2);
    expect(buttons()).toBe(0);
    session.update({ model: { ...MODEL, name: LISTING.id, revision: 'another', synthetic: false } });
    await settle(2);
    expect(buttons()).toBe(1);
  });

  it('loads, goes on, opens again and forgets', async () => {
    const { session, host, press } = await open();
    expect(words(all(host, 'li')[0] ?? host)).toMatch(/ loaded $/);
    session.update({ model: { ...MODEL, name: 'SmolVLM-500M', synthetic: false } });
    await settle(2);
    await press('[aria-label="Load the embedded backbone"]');
    await press(`[aria-label="Load ${LISTING.id}"]`);
    await press('[aria-label="Go on with someone/half"]');
    await press('[aria-label="Open again SmolVLM-500M"]');
    await press('[aria-label="Forget SmolVLM-500M"]');
    await press('#choose-model');
    expect(session.calls).toEqual([
      ['loadEmbedded'],
      ['loadStored', 'done'],
      ['goOn', 'half', ''],
      ['openFolder', 'f1'],
      ['forgetFolder', 'f1'],
      ['chooseFolder'],
    ]);
  });

  it('does not load what is in ONNX, and says where it is asked', async () => {
    const listing = { ...LISTING, onnx: { vision_encoder: 'q4' } as const };
    const asked = { key: 'asked', listing, bytes: listing.bytes, finished: 5 };
    const { session, host, press } = await open({ stored: [...STORED, asked] });
    const row = all(host, 'li')[3] ?? host;
    expect(words(row)).toMatch(/SmolVLM-256M-Instruct ONNX, q4 · 517 MB .* for Other model in Inspect/);
    expect(all(row, '[aria-label^="Load"]')).toEqual([]);
    await press(`[aria-label="Delete ${LISTING.id} in ONNX"]`);
    one<HTMLButtonElement>(all(host, 'li')[3] ?? host, 'button').click();
    expect(session.calls).toEqual([['remove', 'asked']]);
  });

  it('deletes a model after asking', async () => {
    const { session, host, press } = await open();
    await press(`[aria-label="Delete ${LISTING.id}"]`);
    expect(words(all(host, 'li')[1] ?? host)).toMatch(
      /Delete .*SmolVLM-256M-Instruct ?, 517 MB ?\? It can be fetched again/,
    );
    const [yes, no] = all<HTMLButtonElement>(all(host, 'li')[1] ?? host, 'button');
    no?.click();
    await settle(2);
    expect(session.calls).toEqual([]);
    await press(`[aria-label="Delete ${LISTING.id}"]`);
    expect(yes?.isConnected).toBe(false);
    all<HTMLButtonElement>(all(host, 'li')[1] ?? host, 'button')[0]?.click();
    expect(session.calls).toEqual([['remove', 'done']]);
  });

  it('loads nothing during a run, and says why', async () => {
    const { host, now } = await open(
      {},
      scene('training', { model: { ...MODEL, name: 'SmolVLM-500M', synthetic: false } }),
    );
    expect(now()).toContain('stop the run to load another');
    for (const name of ['Load the embedded backbone', `Load ${LISTING.id}`, 'Open again SmolVLM-500M'])
      expect(one<HTMLButtonElement>(host, `[aria-label="${name}"]`).disabled, name).toBe(true);
    expect(one<HTMLButtonElement>(host, '#look').disabled).toBe(false);
  });
});

describe('from the hub', () => {
  it('offers the known models with size and licence, and asks before it fetches', async () => {
    const { session, host, press, set } = await open();
    const select = one<HTMLSelectElement>(host, '#known');
    expect([...select.options].map(({ value }) => value)).toEqual([...KNOWN_BACKBONES.map(({ id }) => id), 'other']);
    expect(words(one(host, '#about'))).toMatch(/About 513 MB, Apache-2\.0/);
    expect(words(one(host, '#look'))).toContain('Look it up at huggingface.co');
    await press('#look');
    expect(session.calls).toEqual([['look', 'HuggingFaceTB/SmolVLM-256M-Instruct', 'main', '', 'train']]);
    await set({ listing: LISTING });
    expect(focused()?.getAttribute('aria-label')).toBe('What would be fetched');
    const said = words(one(host, '.listing'));
    expect(said).toMatch(/Licence apache-2\.0/);
    expect(said).toMatch(/Size 517 MB in 3 files/);
    expect(said).toContain(LISTING.commit);
    expect(said).toMatch(
      /huggingface\.co learns your address and which public files you ask for; nothing else is sent/,
    );
    await press('#fetch');
    await press('.listing button:not(#fetch)');
    expect(session.calls.slice(1)).toEqual([['download'], ['forget']]);
  });

  it('takes any other name, a revision and a token', async () => {
    const { session, host } = await open();
    await userEvent.selectOptions(one(host, '#known'), 'other');
    await settle(2);
    const look = one<HTMLButtonElement>(host, '#look');
    expect(look.disabled).toBe(true);
    one<HTMLDetailsElement>(host, 'details').open = true;
    const [name, revision, token] = all<HTMLInputElement>(one(host, 'wl-hub'), 'input');
    for (const [input, text] of [
      [name, 'someone/own'],
      [revision, 'v2'],
      [token, 'hf_secret'],
    ] as const) {
      if (input) await userEvent.fill(input, text);
    }
    await settle(2);
    expect(look.disabled).toBe(false);
    name?.focus();
    await userEvent.keyboard('{Enter}');
    expect(session.calls).toEqual([['look', 'someone/own', 'v2', 'hf_secret', 'train']]);
    expect(token?.type).toBe('password');
    one<HTMLButtonElement>(host, '[aria-label="Go on with someone/half"]').click();
    expect(session.calls.at(-1)).toEqual(['goOn', 'half', 'hf_secret']);
  });

  it('asks what for, and says which kind of ONNX would be fetched', async () => {
    const { session, host, press, set } = await open();
    expect(one<HTMLSelectElement>(host, '#use').value).toBe('train');
    await press('#look');
    const q4 = { vision_encoder: 'q4', embed_tokens: 'q4' } as const;
    await set({ listing: { ...LISTING, onnx: q4 } });
    expect(words(one(host, '.listing'))).toMatch(/For Other model in Inspect, from ONNX in q4\. .*no safetensors/);
    await set({ listing: null });
    await userEvent.selectOptions(one(host, '#use'), 'ask');
    await settle(2);
    expect(words(one(host, '#about'))).toMatch(/Apache-2\.0, in ONNX\. Of its kinds of weights one is fetched/);
    await press('#look');
    expect(session.calls.at(-1)).toEqual(['look', 'HuggingFaceTB/SmolVLM-256M-Instruct', 'main', '', 'ask']);
    await set({ listing: { ...LISTING, onnx: { ...q4, embed_tokens: 'fp32' } } });
    const said = words(one(host, '.listing'));
    expect(said).toMatch(/from ONNX in vision_encoder q4, embed_tokens fp32 /);
    expect(said).not.toContain('no safetensors');
    await set({ listing: LISTING });
    expect(words(one(host, '.listing'))).toMatch(/For training, from safetensors/);
  });

  it('says it where the licence is not stated, or terms have to be accepted', async () => {
    const { host } = await open({ listing: { ...LISTING, licence: null, gated: true } });
    expect(words(one(host, '.listing'))).toMatch(
      /not stated: read the model’s page.*terms have to be accepted on the hub/,
    );
  });
});

describe('what is going on', () => {
  it('has progress, rate, time left and a cancel, and holds the rest', async () => {
    const { session, host, press, now } = await open({
      busy: { what: 'downloading', name: LISTING.id, progress: PROGRESS },
    });
    expect(now()).toMatch(/Fetching HuggingFaceTB\/SmolVLM-256M-Instruct/);
    expect(now()).toMatch(/model\.safetensors 123 MB of 516 MB · 8\.1 MB\/s · 48 s left/);
    expect(one<HTMLButtonElement>(host, '#look').disabled).toBe(true);
    await press('#cancel');
    expect(session.calls).toEqual([['cancel']]);
  });

  it('a failure names file, cause and remedy, and offers to go on where it can', async () => {
    const { session, host, press, set, now } = await open({ failure: FAILURE });
    expect(now()).toMatch(/model\.safetensors : This machine is offline\. Go on when the network is back/);
    expect(words(one(host, '#again'))).toContain('Go on at 200 MB of 517 MB');
    await press('#again');
    expect(session.calls).toEqual([['goOn', 'half', '']]);
    await set({ failure: { ...FAILURE, key: null } });
    expect(all(host, '#again')).toEqual([]);
    await set({ failure: null, outcome: 'someone/half is kept in this browser.' });
    expect(now()).toContain('is kept in this browser');
    expect(one(host, '.now').getAttribute('role')).toBe('status');
  });
});

it('gives the focus back to the button of the settings', async () => {
  const { host, dialog } = await open();
  await userEvent.keyboard('{Escape}');
  await settle(2);
  expect(dialog.open).toBe(false);
  expect(focused()?.getAttribute('aria-label')).toBe('Settings');
  expect(host.isConnected).toBe(true);
});

it('everything can be deleted from the settings, after asking', async () => {
  const session = scene('first');
  const settings = one(await mount(session), 'wl-settings');
  one(settings, 'button').click();
  await settle(2);
  one(settings, '#delete').click();
  await settle(2);
  expect(words(settings)).toMatch(
    /All data, runs, checkpoints and models of this page are removed\. Your own files stay/,
  );
  expect(session.calls).toEqual([]);
  one(settings, '#really-delete').click();
  expect(session.calls).toEqual([['deleteEverything']]);
});

it('the seal holds when a model was asked for, and says so', async () => {
  const session = scene('first');
  const seal = one(await mount(session), 'wl-seal');
  const entry = { url: 'https://huggingface.co/a/b/resolve/c/config.json', thread: 'hub', seconds: 3 };
  session.update({ requests: [{ ...entry, asked: 'a model of the hub was asked for' }] });
  await settle(2);
  expect(words(one(seal, 'button'))).toContain('Frames stay in this tab');
  expect(words(seal)).toMatch(/finished loading: 1.*a model of the hub was asked for/);
  session.update({ requests: [{ ...entry, asked: 'a model of the hub was asked for' }, entry] });
  await settle(2);
  expect(words(one(seal, 'button'))).toContain('1 request seen');
});

it('the list of known backbones maps the paper’s names and says what a run of each would hold', async () => {
  const settings = one(await mount(scene('first')), 'wl-settings');
  one(settings, 'button').click();
  await settle(2);
  const list = one(settings, 'wl-known-backbones');
  one(list, 'summary').click();
  await settle(4);
  expect(words(list)).toContain('The paper does not name its backbone');
  expect(words(list)).toMatch(/multi_modal_projector.*model\.connector\.modality_projection/);
  for (const { id } of KNOWN_BACKBONES) expect(words(list)).toContain(id);
  expect(words(list)).toContain('1.4 GB');
  expect(await violations()).toEqual([]);
});

describe('axe', () => {
  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)('finds nothing, %s, %i pixels wide', async (theme, width) => {
    await page.viewport(width, 800);
    const { dialog, set } = await open({ failure: FAILURE }, scene('first', { theme, model: { ...MODEL } }));
    expect(await violations()).toEqual([]);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
    expect(dialog.scrollWidth).toBeLessThanOrEqual(dialog.clientWidth);
    const rules = ['color-contrast', 'label', 'button-name', 'list', 'aria-progressbar-name'];
    await set({ listing: LISTING, failure: null, busy: { what: 'downloading', name: LISTING.id, progress: PROGRESS } });
    expect(await violations(rules)).toEqual([]);
    expect(dialog.scrollWidth).toBeLessThanOrEqual(dialog.clientWidth);
  });
});
