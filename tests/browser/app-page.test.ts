/** How the page behaves: keys, streaming, reasons in place, drops. */
import { page, userEvent } from 'vitest/browser';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { numericOne } from '../../src/app/panels/wl_data_notes';
import { focused } from '../../src/app/shortcuts';
import type { SourceFile } from '../../src/protocol';
import { REASONING, caption, runRecord } from '../support/fake_session';
import { scene } from '../support/fake_scenes';
import { all, mount, one, settle, unmount, words } from '../support/mount';

beforeEach(() => page.viewport(1280, 800));
afterEach(unmount);

describe('streaming', () => {
  it('moves nothing: every other part keeps its place while both columns grow', async () => {
    const session = scene('streaming');
    const mounted = await mount(session);
    const watched = ['wl-strip', 'h1', 'wl-picker', 'figure', 'wl-caption', 'dl.line'];
    const places = (): string[] =>
      watched.flatMap((selector) =>
        all(mounted, selector).map((element) => `${selector} ${JSON.stringify(element.getBoundingClientRect())}`),
      );
    const before = places();
    expect(before.length).toBeGreaterThanOrEqual(watched.length);
    for (let end = 0; end <= REASONING.spoof.length; end += 90) {
      session.piece({ adapter: 'on', text: REASONING.spoof.slice(0, end) });
      session.piece({ adapter: 'off', text: REASONING.live.repeat(3).slice(0, 3 * end) });
      await settle(2);
      expect(places()).toEqual(before);
    }
    expect(scrollY).toBe(0);
  });

  it('tells a screen reader the verdict, then the reason, once it is finished', async () => {
    const session = scene('streaming');
    const mounted = await mount(session);
    const live = one(one(mounted, 'wl-sheet'), 'p[aria-live]');
    expect(words(live).trim()).toBe('');
    const result = caption('sample-1', 40, 'spoof');
    session.update({ inspect: { ...session.state.inspect, on: { text: '', busy: false, result } } });
    await settle();
    expect(words(live)).toMatch(/^\s*The text says spoof\..*0\.86\. They agree\. Reason: Initial observation/);
  });
});

describe('keys', () => {
  it('walk the views, and put the focus at the top of each', async () => {
    const session = scene('data');
    await mount(session);
    for (const [key, view] of [
      ['3', 'inspect'],
      ['2', 'train'],
      ['4', 'runs'],
      ['1', 'data'],
    ] as const) {
      await userEvent.keyboard(key);
      await settle(2);
      expect(session.state.view).toBe(view);
      expect(focused()?.localName).toBe('main');
    }
    expect(document.title).toBe('Data \u00b7 WhyLive');
  });

  it('the settings choose a kernel, go back to the fastest, and measure again', async () => {
    const session = scene('first');
    const settings = one(await mount(session), 'wl-settings');
    one(settings, 'button').click();
    await settle(2);
    const kernels = one(settings, 'wl-kernels');
    expect(words(kernels)).toContain('rows 3.41 ms, tiles 13 ms, broken refused, matrix not on this GPU');
    const choice = one<HTMLSelectElement>(kernels, 'select');
    expect(choice.value).toBe('tiles');
    expect([...choice.options].map(({ disabled }) => disabled)).toEqual([false, false, false, false, true]);
    await userEvent.selectOptions(choice, 'rows');
    await userEvent.selectOptions(choice, '');
    one(kernels, 'button').click();
    expect(session.calls).toEqual([['setKernel', 'linear', 'rows'], ['setKernel', 'linear', null], ['measureKernels']]);
  });

  it('space pauses and resumes, except in a control', async () => {
    const session = scene('training');
    const mounted = await mount(session);
    const names = (): string[] => session.calls.map(([name]) => name);
    await userEvent.keyboard(' ');
    expect(names()).toEqual(['pauseRun']);
    session.update({ run: runRecord({ phase: 'paused' }) });
    await settle(2);
    await userEvent.keyboard(' ');
    expect(names()).toEqual(['pauseRun', 'resumeRun']);
    one(one(mounted, 'wl-settings'), 'button').focus();
    await userEvent.keyboard(' ');
    await settle();
    expect(names()).toEqual(['pauseRun', 'resumeRun']);
    expect(one<HTMLDialogElement>(one(mounted, 'wl-settings'), 'dialog').open).toBe(true);
  });

  it('arrows walk samples in Inspect, through the filter', async () => {
    const session = scene('inspect');
    const mounted = await mount(session);
    await userEvent.keyboard('{ArrowRight}');
    expect(session.state.inspect.sampleId).toBe('sample-2');
    for (let press = 0; press < 3; press++) {
      await settle(2);
      await userEvent.keyboard('{ArrowLeft}');
    }
    expect(session.state.inspect.sampleId).toBe('sample-0');
    const label = one<HTMLSelectElement>(one(mounted, 'wl-picker'), 'select');
    label.value = 'spoof';
    label.dispatchEvent(new Event('change'));
    await settle(2);
    await userEvent.keyboard('{ArrowRight}');
    expect(session.state.inspect.sampleId).toBe('sample-1');
    await settle(2);
    await userEvent.keyboard('{ArrowRight}');
    expect(session.state.inspect.sampleId).toBe('sample-3');
    await userEvent.keyboard('e');
    expect(session.calls.at(-1)).toEqual(['explain']);
  });

  it('words are drawn as the fields say, and what is no number is not taken', async () => {
    const session = scene('inspect');
    const mounted = await mount(session);
    const panel = one(mounted, 'wl-sampling');
    const words = one<HTMLSelectElement>(panel, 'select');
    words.value = 'drawn';
    words.dispatchEvent(new Event('change'));
    await settle(2);
    expect(session.state.inspect.sampling).toMatchObject({ temperature: 0.8, topP: 0.95, topK: 0 });
    const type = async (name: string, value: string): Promise<void> => {
      const input = one<HTMLInputElement>(panel, `input[name=${name}]`);
      input.value = value;
      input.dispatchEvent(new Event('change'));
      await settle(2);
    };
    await type('topK', '40');
    await type('temperature', '-1');
    expect(session.state.inspect.sampling).toMatchObject({ temperature: 0.8, topK: 40 });
    words.value = 'likeliest';
    words.dispatchEvent(new Event('change'));
    expect(session.state.inspect.sampling).toBeNull();
  });

  it('? opens the list, Escape closes it, and it opens again', async () => {
    const mounted = await mount(scene('first'));
    const dialog = one<HTMLDialogElement>(one(mounted, 'wl-help'), 'dialog');
    for (const [key, open] of [
      ['?', true],
      ['{Escape}', false],
      ['?', true],
    ] as const) {
      await userEvent.keyboard(key);
      await settle();
      expect(dialog.open).toBe(open);
    }
  });

  it.each(['first', 'data', 'setup', 'finished', 'inspect', 'runs'])(
    'Tab reaches every control of %s, visibly',
    async (name) => {
      const mounted = await mount(scene(name));
      // A group of radio buttons is one stop.
      const stop = (element: Element): unknown =>
        element instanceof HTMLInputElement && element.type === 'radio' ? element.name : element;
      const wanted = all(mounted, 'button, select, input, summary, [tabindex="0"]').filter(
        (element) => element.checkVisibility({ visibilityProperty: true }) && !element.matches(':disabled'),
      );
      const reached = new Set<unknown>();
      for (let press = 0; press < wanted.length + 8; press++) {
        await userEvent.tab();
        const active = focused();
        if (active === null || active === document.body) continue;
        if (!reached.has(stop(active))) {
          expect(`${active.localName}: ${getComputedStyle(active).outlineStyle}`).toBe(`${active.localName}: solid`);
        }
        reached.add(stop(active));
      }
      const missed = wanted.filter((element) => !reached.has(stop(element)));
      expect(missed.map((element) => `${element.localName} ${words(element)}`)).toEqual([]);
    },
  );
});

describe('what is not possible says why, in place', () => {
  it('in Train without data', async () => {
    const mounted = await mount(scene('nodata'));
    const button = one<HTMLButtonElement>(mounted, '#start-run');
    expect(button.disabled).toBe(true);
    expect(button.getAttribute('aria-describedby')).toBe('why');
    expect(words(one(mounted, '#why'))).toContain('There are no samples.');
  });

  it('in Train with a value that is none', async () => {
    const session = scene('setup');
    const mounted = await mount(session);
    const steps = one<HTMLInputElement>(mounted, 'input#steps');
    const type = async (text: string): Promise<void> => {
      steps.value = text;
      steps.dispatchEvent(new Event('input', { bubbles: true }));
      await settle();
    };
    await type('many');
    expect(steps.getAttribute('aria-invalid')).toBe('true');
    expect(words(one(mounted, '#why'))).toContain('Steps needs a number.');
    expect(one<HTMLButtonElement>(mounted, '#start-run').disabled).toBe(true);
    await type('12');
    expect(session.state.config.steps).toBe(12);
    expect(one<HTMLButtonElement>(mounted, '#start-run').disabled).toBe(false);
    expect(words(one(mounted, '#steps-note'))).toContain('differs from the paper: 2500');
  });

  it('shows file, cause and remedy of an error where it belongs, until it is dismissed', async () => {
    const mounted = await mount(scene('bad'));
    const notices = one(one(mounted, 'wl-data'), 'wl-notices');
    expect(words(notices)).toMatch(/captions\.csv.*Row 14.*Write live or spoof there/);
    one(notices, 'button').click();
    await settle(2);
    expect(words(notices).trim()).toBe('');
  });
});

describe('the polarity of a numeric label column', () => {
  it('is echoed, and can be turned round', async () => {
    const session = scene('data');
    const mounted = await mount(session);
    const [live, spoof] = all<HTMLInputElement>(one(mounted, 'wl-data-notes'), 'input[name="one"]');
    expect([live?.checked, spoof?.checked]).toEqual([false, true]);
    live?.click();
    expect(session.calls).toEqual([['setNumericOne', 'live']]);
  });

  it.each([
    ["'1' was read as live and '0' as spoof in a.csv", 'live'],
    ["'1' was read as spoof and '-1' as live in a.csv", 'spoof'],
    ["'-1' was read as spoof", null],
    ['1 video was read twice', null],
  ])('is found in the note: %s', (note, one) => {
    expect(numericOne([note])).toBe(one);
  });
});

describe('dropping', () => {
  function drop(transfer: DataTransfer): void {
    for (const type of ['dragenter', 'dragover', 'drop']) {
      window.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }
  }

  it('imports files from anywhere on the page and goes to Data', async () => {
    const session = scene('noruns');
    await mount(session);
    const transfer = new DataTransfer();
    transfer.items.add(new File(['a'], 'a.png', { type: 'image/png' }));
    transfer.items.add(new File(['b'], 'b.mp4', { type: 'video/mp4' }));
    drop(transfer);
    await settle();
    const call = session.calls.find(([name]) => name === 'importFiles');
    expect((call?.[1] as SourceFile[]).map(({ path }) => path).sort()).toEqual(['a.png', 'b.mp4']);
    expect(session.state.view).toBe('data');
  });

  it('leaves a drop of text alone', async () => {
    const session = scene('first');
    await mount(session);
    const transfer = new DataTransfer();
    transfer.setData('text/plain', 'hello');
    drop(transfer);
    await settle(2);
    expect(session.calls).toEqual([]);
  });
});

describe('runs', () => {
  const buttons = (mounted: Element, name: RegExp): HTMLButtonElement[] =>
    all(one(mounted, 'wl-runs'), 'button').filter((button) =>
      name.test(button.ariaLabel ?? words(button)),
    ) as HTMLButtonElement[];

  it('an adapter from disk is trained on, not gone on with', async () => {
    const session = scene('runs');
    const loaded = runRecord({
      id: 'loaded',
      name: 'mine',
      adapter: { folder: 'mine', notes: ['No head.'] },
      steps: [],
    });
    session.update({ runs: [loaded] });
    const mounted = await mount(session);
    expect(words(one(one(mounted, 'wl-runs'), 'table'))).toMatch(/Adapter from disk/);
    const shown = buttons(mounted, /Go on|Take along|more/).filter((button) => button.checkVisibility());
    expect(shown.map((button) => words(button))).toEqual([]);
    buttons(mounted, /Train on/)[0]?.click();
    expect(session.calls.at(-1)).toEqual(['startFrom', 'loaded']);
    expect(buttons(mounted, /Load adapter/)[0]?.disabled).toBe(session.state.model === null);
  });

  it('an adapter that is being read says how far it is, and can be cancelled', async () => {
    const session = scene('runs');
    const stopped = new Promise<void>((resolve) => {
      session.loadAdapterFolder = (name, files, { signal, onProgress } = {}) => {
        expect([name, files.map(({ path }) => path)]).toEqual(['mine', ['mine/adapter_config.json']]);
        onProgress?.({ label: 'weights', done: 1e6, total: 4e6, unit: 'bytes', rate: 1e6, secondsLeft: 3 });
        signal?.addEventListener('abort', () => resolve());
        return stopped;
      };
    });
    const mounted = await mount(session);
    const runs = one(mounted, 'wl-runs');
    const opened = vi.spyOn(HTMLInputElement.prototype, 'click').mockImplementation(function (this: HTMLInputElement) {
      const file = new File(['{}'], 'adapter_config.json');
      Object.defineProperty(file, 'webkitRelativePath', { value: 'mine/adapter_config.json' });
      Object.defineProperty(this, 'files', { value: [file] });
      this.dispatchEvent(new Event('change'));
    });
    buttons(mounted, /Load adapter/)[0]?.click();
    opened.mockRestore();
    await settle();
    expect(words(one(runs, 'wl-progress'))).toMatch(/weights 1 MB of 4 MB · 1 MB\/s · 3 s left/);
    expect(buttons(mounted, /Load adapter/)[0]?.disabled).toBe(true);
    buttons(mounted, /^Cancel$/)[0]?.click();
    await stopped;
    await settle();
    expect(all(runs, 'wl-progress')).toEqual([]);
    expect(buttons(mounted, /Load adapter/)[0]?.disabled).toBe(false);
  });

  it('what is taken along holds pictures only where that is ticked', async () => {
    const session = scene('runs');
    const [first] = session.state.runs;
    const [train, test] = [session.state.data.samples.slice(0, 3), session.state.data.samples.slice(3, 5)];
    const ids = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);
    const run = { ...first!, trainIds: ids(train), testIds: ids(test) };
    session.update({ runs: [run], model: run.model });
    const mounted = await mount(session);
    const dialog = (): Element => one(mounted, 'wl-take-along');
    const save = (): HTMLButtonElement => one<HTMLButtonElement>(dialog(), 'button.primary');
    for (const frames of [false, true]) {
      buttons(mounted, /^Take along/)[0]?.click();
      await settle();
      expect(words(one(dialog(), 'dialog'))).toMatch(/With the 5 frames as PNG/);
      const tick = one<HTMLInputElement>(dialog(), 'input[type="checkbox"]');
      expect(tick.checked).toBe(false);
      if (frames) tick.click();
      await settle();
      save().click();
      await settle();
      expect(session.calls.at(-1)).toEqual(['exportBundle', run.id, frames]);
      expect(all(dialog(), 'dialog')).toEqual([]);
    }
    // Frames that are gone, and another backbone: it says why not.
    buttons(mounted, /^Take along/)[0]?.click();
    session.update({ data: { ...session.state.data, samples: train } });
    await settle();
    expect(save().disabled).toBe(true);
    expect(words(dialog())).toMatch(/2 of its 5 frames are no longer in the data set/);
    session.update({ model: { ...run.model, name: 'another' } });
    await settle();
    expect(words(dialog())).toMatch(new RegExp(`Load ${run.model.name} first`));
  });
});

describe('what cannot be undone', () => {
  it('is asked first, with the focus on what keeps it', async () => {
    const session = scene('runs');
    const mounted = await mount(session);
    const [run] = session.state.runs;
    const ask = async (): Promise<HTMLElement> => {
      one<HTMLButtonElement>(mounted, `[aria-label="Delete ${run!.name}"]`).click();
      await settle();
      return one(mounted, 'wl-confirm');
    };
    const question = await ask();
    expect(words(question)).toContain(`${run!.name}: its metrics, captions and checkpoints are removed`);
    expect(words(focused()!)).toContain('Keep it');
    await userEvent.keyboard('{Enter}');
    await settle();
    expect(one<HTMLDialogElement>(question, 'dialog').open).toBe(false);
    expect(session.calls).toEqual([]);
    one<HTMLButtonElement>(await ask(), 'button.primary').click();
    await settle();
    expect(session.calls).toEqual([['deleteRun', run!.id]]);
  });
});
