/** The form of "Generate a set": what it says before it is pressed, what it sends, what it refuses. */
import { page, userEvent } from 'vitest/browser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WlGenerate } from '../../src/app/panels/wl_generate';
import { attacksOf } from '../../src/app/panels/wl_data_summary';
import { focused } from '../../src/app/shortcuts';
import type { GenerateRequest, SampleRow } from '../../src/protocol';
import { requestFor } from '../../src/session/generated';
import { scene } from '../support/fake_scenes';
import { sample, type FakeSession } from '../support/fake_session';
import { all, mount, one, settle, unmount, violations, words } from '../support/mount';

beforeEach(() => page.viewport(1280, 800));
afterEach(unmount);

interface Form {
  session: FakeSession;
  host: WlGenerate;
  button: HTMLButtonElement;
  dialog: HTMLDialogElement;
  submit: HTMLButtonElement;
  /** What the form says of the request as it stands. */
  cost(): string;
  type(id: string, text: string): Promise<void>;
  choose(set: string): Promise<void>;
  sent(): GenerateRequest | undefined;
}

async function openForm(name = 'first', session = scene(name)): Promise<Form> {
  const host = one<WlGenerate>(await mount(session), 'wl-generate');
  const button = one<HTMLButtonElement>(host, '#generate');
  button.click();
  await settle();
  return {
    session,
    host,
    button,
    dialog: one<HTMLDialogElement>(host, 'dialog'),
    submit: one<HTMLButtonElement>(host, 'button[type=submit]'),
    cost: () => words(one(host, '#cost')).trim(),
    async type(id, text) {
      const input = one<HTMLInputElement>(host, `#generate-${id}`);
      input.value = text;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      await settle(2);
    },
    async choose(set) {
      const select = one<HTMLSelectElement>(host, '#generate-domain');
      select.value = set;
      select.dispatchEvent(new Event('change'));
      await settle(2);
    },
    sent: () => session.calls.find(([called]) => called === 'generate')?.[1] as GenerateRequest | undefined,
  };
}

describe('the form', () => {
  it('says beforehand how much it makes, and sends what it shows', async () => {
    const form = await openForm();
    expect(form.dialog.open).toBe(true);
    expect(form.cost()).toMatch(/48 live and 48 spoof frames.*About \d.*MB ?, and \d+ s on one processor core/);
    expect(words(form.submit)).toContain('Generate 96 frames');
    await form.type('subjects', '3');
    await form.type('seed', ' 7 ');
    expect(words(form.submit)).toContain('Generate 24 frames');
    form.submit.click();
    await settle(2);
    expect(form.sent()).toEqual({ ...requestFor('synthetic-M'), subjects: 3, seed: 7 });
    expect(form.dialog.open).toBe(false);
  });

  it('describes each set and offers its attacks, all, some or none', async () => {
    const form = await openForm();
    const boxes = (): HTMLInputElement[] => all<HTMLInputElement>(form.host, 'input[name=attack]');
    expect(boxes().map(({ value }) => value)).toEqual(['print', 'replay']);
    const described = words(one(form.host, '#about'));
    await form.choose('synthetic-W');
    expect(words(one(form.host, '#about'))).not.toBe(described);
    expect(boxes()).toHaveLength(14);
    expect(boxes().every(({ checked }) => checked)).toBe(true);
    expect(words(form.submit)).toContain('Generate 384 frames');
    one(form.host, 'button[aria-label="None of the attacks"]').click();
    await settle(2);
    expect(boxes().some(({ checked }) => checked)).toBe(false);
    expect(form.cost()).toMatch(/No spoof frame: by itself such a set/);
    for (const name of ['mannequin', 'print'])
      boxes()
        .find(({ value }) => value === name)
        ?.click();
    await settle(2);
    form.submit.click();
    expect(form.sent()?.attacks).toEqual(['print', 'mannequin']);
  });

  it('writes both, one or no caption style, and says what none means', async () => {
    const form = await openForm();
    const styles = all<HTMLInputElement>(form.host, 'input[name=style]');
    for (const box of styles) box.click();
    await settle(2);
    expect(words(one(form.host, '#styles-note'))).toContain('trains the live/spoof verdict only');
    styles[1]?.click();
    await settle(2);
    form.submit.click();
    expect(form.sent()?.styles).toEqual(['reasoning']);
  });

  it.each([
    ['subjects', '0', /number of persons is 0\. It must be a whole number from 1 to 500\./],
    ['subjects', 'many', /“Persons” needs a whole number from 1 to 500\./],
    ['liveClips', '', /“Live clips each” needs a whole number from 0 to 20\./],
    ['attackClips', '21', /clips a person and attack is 21\./],
    ['seed', '-1', /seed is -1\./],
    ['seed', '0x10', /“Seed” needs a whole number/],
  ])('%s %j gets a sentence in place, and nothing is sent', async (id, text, sentence) => {
    const form = await openForm();
    await form.type(id, text);
    expect(form.cost()).toMatch(sentence);
    expect(form.submit.disabled).toBe(true);
    const input = one<HTMLInputElement>(form.host, `#generate-${id}`);
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(input.getAttribute('aria-describedby')).toBe('cost');
    input.focus();
    await userEvent.keyboard('{Enter}');
    expect(form.sent()).toBeUndefined();
    await form.type(id, '1');
    expect(form.submit.disabled).toBe(false);
    expect(input.getAttribute('aria-invalid')).toBe('false');
  });

  it('asks for something, and for no more than there is room for', async () => {
    const form = await openForm();
    await form.type('liveClips', '0');
    expect(form.cost()).toMatch(/No live frame/);
    await form.type('attackClips', '0');
    expect(form.cost()).toMatch(/asks for no clip at all\. Ask for at least one live clip/);
    await form.type('subjects', '500');
    await form.type('liveClips', '20');
    await form.type('attackClips', '20');
    expect(form.cost()).toMatch(/60000 frames, and 20000 is the limit\. Ask for fewer/);
    expect(form.submit.disabled).toBe(true);
  });

  it('offers a set that is not here yet, and says when one that is here will be replaced', async () => {
    const session = scene('data');
    const { data } = session.state;
    const captionSources = { vanilla: { kind: 'edited', from: '' } } as const;
    const samples = ['synthetic-M', 'synthetic-C', 'synthetic-C'].map((set, index) =>
      sample(index, { set, ...(index === 2 ? { captionSources } : {}) }),
    );
    session.update({ data: { ...data, samples } });
    const form = await openForm('data', session);
    expect(one<HTMLSelectElement>(form.host, '#generate-domain').value).toBe('synthetic-I');
    expect(form.cost()).not.toContain('Replaces');
    await form.choose('synthetic-C');
    expect(form.cost()).toContain('Replaces the 2 samples of synthetic-C that are here. You edited captions of one');
    form.dialog.close();
    await settle(2);
    form.button.click();
    await settle(2);
    expect(one<HTMLSelectElement>(form.host, '#generate-domain').value).toBe('synthetic-C');
  });

  it('is there on the first visit, works by keyboard alone, and gives the focus back', async () => {
    const session = scene('first');
    const host = one<WlGenerate>(await mount(session), 'wl-generate');
    const button = one<HTMLButtonElement>(host, '#generate');
    button.focus();
    await userEvent.keyboard('{Enter}');
    await settle();
    const reached = new Set<string>();
    for (let press = 0; press < 16; press++) {
      const active = focused();
      reached.add(active?.id || active?.getAttribute('aria-label') || words(active ?? document.body).trim());
      await userEvent.tab();
    }
    for (const name of [
      'generate-domain',
      'generate-subjects',
      'generate-seed',
      'All attacks',
      'None of the attacks',
      'Generate 96 frames',
      'Not now',
    ])
      expect([...reached]).toContain(name);
    await userEvent.keyboard('{Escape}');
    await settle(2);
    expect(focused()).toBe(button);
    button.click();
    await settle(2);
    one<HTMLInputElement>(host, '#generate-seed').focus();
    await userEvent.keyboard('{Enter}');
    expect(session.calls.filter(([name]) => name === 'generate')).toHaveLength(1);
  });

  it('cannot be opened while something is being imported', async () => {
    const form = await openForm('importing');
    expect(form.button.disabled).toBe(true);
    expect(form.dialog.open).toBe(false);
  });
});

describe('while a set is made', () => {
  it('progress counts frames, and Cancel is beside it', async () => {
    const session = scene('importing');
    const { data } = session.state;
    const importing = {
      label: 'synthetic-M/print/M02_1',
      done: 30,
      total: 96,
      unit: 'frames',
      rate: 8,
      secondsLeft: 8,
    };
    session.update({ data: { ...data, importing } });
    const mounted = await mount(session);
    expect(words(one(mounted, 'wl-progress'))).toMatch(/M02_1.*30 of 96 frames · 8 frames\/s · 8 s left/);
    expect(one(mounted, 'progress').getAttribute('aria-label')).toBe('Generated set');
    all<HTMLButtonElement>(mounted, '.import button')[0]?.click();
    expect(session.calls).toContainEqual(['cancelImport']);
  });
});

describe('captions that a set lacks', () => {
  const withCaptions = async (change: (row: SampleRow) => SampleRow['captions']): Promise<FakeSession> => {
    const session = scene('setup');
    const { data } = session.state;
    const samples = data.samples.map((row) => ({ ...row, captions: change(row) }));
    session.update({ data: { ...data, samples } });
    return session;
  };

  it('keep a run from starting, with a sentence, where the other style is there', async () => {
    const session = await withCaptions(() => ({ vanilla: 'A face.' }));
    session.setConfig({ reasoningShare: 1 });
    const mounted = await mount(session);
    const start = one<HTMLButtonElement>(mounted, '#start-run');
    expect(start.disabled).toBe(true);
    expect(words(one(mounted, '#why'))).toMatch(/No training sample has a reasoning caption.*Choose vanilla captions/);
    session.setConfig({ reasoningShare: 0.5 });
    await settle();
    expect(start.disabled).toBe(false);
    expect(words(one(mounted, '#caption-remark'))).toContain('every one learns its vanilla caption');
  });

  it('are remarked on where there is no caption at all', async () => {
    const mounted = await mount(await withCaptions(() => ({})));
    expect(one<HTMLButtonElement>(mounted, '#start-run').disabled).toBe(false);
    expect(words(one(mounted, '#caption-remark'))).toContain('trains the live/spoof head only');
  });
});

describe('many attacks', () => {
  const ATTACKS = ['print', 'replay', 'mask-half', 'mannequin', 'funny-eye'];
  const many = (): FakeSession => {
    const session = scene('data');
    const samples = ATTACKS.map((attack, index) =>
      sample(index, { id: attack, set: 'synthetic-W', label: 'spoof', attack }),
    );
    session.update({ data: { ...session.state.data, samples, sets: [] } });
    return session;
  };

  it('are counted in a list, not in columns that do not fit', async () => {
    const mounted = await mount(many());
    const summary = one(mounted, 'wl-data-summary');
    expect(all(summary, 'thead th')).toHaveLength(3);
    expect(words(one(summary, '.attacks'))).toMatch(/funny-eye 1 mannequin 1 mask-half 1 print 1 replay 1/);
    expect(await violations()).toEqual([]);
  });

  it('are sorted by name, unnamed ones counted too', () => {
    const rows = [sample(1), sample(3), sample(5, { label: 'spoof', attack: null }), sample(0)];
    expect(attacksOf(rows)).toEqual([
      ['print', 1],
      ['replay', 1],
      ['unnamed', 1],
    ]);
  });
});

describe('axe', () => {
  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)('finds nothing in the form, %s, %i pixels wide, right or wrong', async (theme, width) => {
    await page.viewport(width, 800);
    const form = await openForm('data', scene('data', { theme }));
    await form.choose('synthetic-W');
    expect(await violations()).toEqual([]);
    await form.type('subjects', '0');
    expect(await violations()).toEqual([]);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
    expect(form.dialog.scrollWidth).toBeLessThanOrEqual(form.dialog.clientWidth);
  });
});
