/** Captions in the Data view: counts, the audit as a filter, the editor, drafts. */
import { page } from 'vitest/browser';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { markedParts } from '../../src/app/marked_text';
import { focused } from '../../src/app/shortcuts';
import type { AuditReport, SampleRow } from '../../src/protocol';
import { scene } from '../support/fake_scenes';
import type { FakeSession } from '../support/fake_session';
import { all, mount, one, settle, unmount, violations, words } from '../support/mount';

beforeEach(() => page.viewport(1280, 800));
afterEach(unmount);

/** The scene's data with a pair of the public set, an edited caption and a draft. */
function captioned(): FakeSession {
  const session = scene('data');
  const { data } = session.state;
  const samples = data.samples.map((row, i) => {
    if (i > 3) return row;
    const kind = (['public set', 'public set', 'edited', 'draft'] as const)[i]!;
    const source = { kind, from: i < 2 ? 'v.parquet' : '', ...(i < 2 ? { candidates: 2 } : {}) };
    return {
      ...row,
      video: i < 2 ? 'pair' : row.video,
      captions: { vanilla: `Vanilla ${i}.` },
      captionSources: { vanilla: source },
    };
  });
  session.update({ data: { ...data, samples } });
  return session;
}

function report(session: FakeSession): AuditReport {
  const [a, b] = session.state.data.samples.map(({ id }) => id);
  const mark = { start: 0, end: 0, words: '1 other caption' };
  const findings = [a!, b!].map((sampleId) => ({
    sampleId,
    style: 'vanilla' as const,
    marks: [{ ...mark, kind: 'identical' as const }],
  }));
  return {
    captions: 5040,
    seconds: 2,
    longWords: 190,
    counts: { identical: 2 },
    groups: [
      {
        set: 'M',
        style: 'vanilla',
        source: 'public set',
        from: 'v.parquet',
        captions: 5040,
        counts: { identical: 2 },
        words: { least: 3, median: 40, most: 90 },
      },
    ],
    findings,
    templates: [{ style: 'vanilla', captions: 2, example: 'Vanilla.', sampleIds: [a!, b!] }],
    sentences: [],
    fiveWords: { vanilla: { all: 100, distinct: 60 } },
  };
}

it('says where captions are from, and shows the samples of a remark alone', async () => {
  const session = captioned();
  const mounted = await mount(session);
  const panel = one(mounted, 'wl-captions');
  expect(words(panel)).toMatch(
    /vanilla \d+: \d+ of unknown source, 2 from the public set, 1 (edited here|drafted by a model)/,
  );
  expect(words(panel)).toMatch(/neither 2 samples ?: they train the head only/);
  // What it finds may lie below the fold: it is brought into view.
  session.captions.audit = () => {
    session.update({ captions: { ...session.state.captions, audit: report(session), stale: true } });
    return Promise.resolve();
  };
  await page.viewport(1280, 420);
  one(panel, '#audit-captions').click();
  await settle();
  expect(focused()?.id).toBe('found');
  expect(one(panel, '.kinds').getBoundingClientRect().top).toBeLessThan(420);
  await page.viewport(1280, 800);
  expect(words(panel)).toMatch(/5,040 captions audited in 2 s ?: 2 with a remark\. Captions have changed since/);
  expect(words(panel)).toContain('60 % of 100 runs of five words are different');
  const kind = one(panel, '.kinds button');
  kind.click();
  await settle();
  expect(kind.getAttribute('aria-pressed')).toBe('true');
  expect(all(one(mounted, 'wl-sample-table'), 'tbody tr')).toHaveLength(2);
  expect(words(one(mounted, 'wl-sample-table'))).toContain('2 samples with the remark: identical');
  expect(await violations()).toEqual([]);
  kind.click();
  await settle();
  expect(all(one(mounted, 'wl-sample-table'), 'tbody tr').length).toBeGreaterThan(2);
});

it('exports what the user cleared where no caption is left', async () => {
  const session = scene('data');
  const { data } = session.state;
  const bare = data.samples.map((row): SampleRow => ({ ...row, captions: {}, captionSources: {} }));
  session.update({ data: { ...data, samples: bare } });
  const mounted = await mount(session);
  const exporting = (): HTMLButtonElement =>
    all<HTMLButtonElement>(one(mounted, 'wl-captions'), 'button').find((button) => words(button).includes('Export'))!;
  expect(exporting().disabled).toBe(true);
  const cleared = { ...bare[0]!, captionSources: { vanilla: { kind: 'edited', from: '' } } } as const;
  session.update({ data: { ...data, samples: [cleared, ...bare.slice(1)] } });
  await settle();
  expect(exporting().disabled).toBe(false);
});

it('says of samples without label and caption that they train nothing', async () => {
  const session = scene('data');
  const { data } = session.state;
  const samples = data.samples.map((row): SampleRow => ({ ...row, label: null, captions: {} }));
  session.update({ data: { ...data, samples, rejected: [{ file: 'a.csv', reason: 'a.csv, row 2: no file.' }] } });
  const mounted = await mount(session);
  expect(words(one(mounted, 'wl-captions'))).toMatch(/neither \d+ samples: they train nothing, having no label/);
  expect(words(mounted)).not.toContain('head only');
  // A row of a table is no file.
  expect(words(one(mounted, 'wl-import'))).toContain('1 row of a table was not used as written.');
  expect(words(one(mounted, 'wl-data-notes'))).not.toContain('1 file');
  expect(words(one(mounted, 'wl-data-notes'))).toMatch(/a\.csv ?: row 2: no file\./);
});

it('edits, walks by arrow keys, swaps a pair and takes back', async () => {
  const session = captioned();
  const mounted = await mount(session);
  const [first, second] = session.state.data.samples.map(({ id }) => id);
  session.marked = [{ kind: 'early verdict', start: 0, end: 7, words: 'Vanilla' }];
  one(mounted, 'td button.captions').click();
  await settle();
  const editor = one(mounted, 'wl-caption-editor');
  const field = (style = 'vanilla'): HTMLTextAreaElement => one<HTMLTextAreaElement>(editor, `#caption-${style}`);
  expect(one<HTMLDialogElement>(editor, 'dialog').open).toBe(true);
  // The arrow keys walk from the first press on.
  expect(focused()?.getAttribute('aria-label')).toBe('Sample after');
  expect(field().value).toBe('Vanilla 0.');
  await expect.poll(() => all(editor, 'mark').map((mark) => mark.textContent)).toEqual(['Vanilla']);
  expect(words(editor)).toContain('from the public set, v.parquet');
  expect(words(editor)).toContain('One of 2 captions for this video');
  expect(words(editor)).toContain('Vanilla 1.');
  expect(await violations()).toEqual([]);

  one(editor, '.marks button').click();
  expect([field().selectionStart, field().selectionEnd]).toEqual([0, 7]);
  all(editor, 'button')
    .find((button) => words(button).includes('Swap the two'))!
    .click();
  await settle(2);
  expect(session.calls.at(-1)).toEqual(['swap', first, 'vanilla']);

  field().value = 'Typed.';
  field().dispatchEvent(new Event('input', { bubbles: true }));
  await settle(2);
  expect(words(editor)).toContain('not saved yet');
  // An arrow in a field moves the cursor; elsewhere it walks on, and what was typed is saved first.
  field().focus();
  field().dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, composed: true }));
  await settle(2);
  expect(field().value).toBe('Typed.');
  const next = one(editor, 'button[aria-label="Sample after"]');
  next.focus();
  next.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, composed: true }));
  await settle();
  expect(session.calls.at(-1)).toEqual(['edit', first, 'vanilla', 'Typed.']);
  expect(field().value).toBe('Vanilla 1.');

  // A caption that was emptied by hand stays so, and says it.
  const { data } = session.state;
  const emptied = data.samples.map((row) =>
    row.id === second
      ? {
          ...row,
          captions: { ...row.captions, vanilla: '' },
          captionSources: { vanilla: { kind: 'edited' as const, from: '' } },
        }
      : row,
  );
  session.update({ data: { ...data, samples: emptied } });
  await settle();
  expect(words(editor)).toContain('cleared here');

  session.update({ captions: { ...session.state.captions, undo: 'edit of a.mp4' } });
  await settle();
  all(editor, 'button')
    .find((button) => words(button).includes('Undo'))!
    .click();
  await settle();
  expect(session.calls.at(-1)).toEqual(['undo']);
  field().value = 'At the end.';
  field().dispatchEvent(new Event('input', { bubbles: true }));
  one(editor, 'button[aria-label="Close"]').click();
  await settle();
  expect(session.calls.at(-1)).toEqual(['edit', second, 'vanilla', 'At the end.']);
});

it('drafts for samples without a caption, and lets each draft be changed, taken or thrown away', async () => {
  const session = captioned();
  const mounted = await mount(session);
  const panel = one(mounted, 'wl-drafts');
  one(panel, '#drafts').click();
  await settle();
  const most = one<HTMLInputElement>(panel, '#draft-most');
  most.value = '2';
  most.dispatchEvent(new Event('input', { bubbles: true }));
  await settle(2);
  expect(words(one(panel, 'button[type=submit]'))).toContain('Draft 2 captions');
  one(panel, 'button[type=submit]').click();
  await settle(2);
  const missing = session.state.data.samples
    .filter(({ captions }) => captions.reasoning === undefined)
    .map(({ id }) => id);
  expect(session.calls.at(-1)).toMatchObject([
    'draft',
    { style: 'reasoning', sampleIds: missing.slice(0, 2), runId: null },
  ]);

  const [sampleId] = missing;
  const draft = {
    sampleId: sampleId!,
    style: 'vanilla',
    text: 'Drafted.',
    truncated: true,
    from: 'tiny',
    edited: false,
  } as const;
  session.marked = [
    { kind: 'early verdict', start: 0, end: 7, words: 'Drafted' },
    { kind: 'stage missing', start: 0, end: 0, words: 'Final judgment' },
    { kind: 'stage missing', start: 0, end: 0, words: 'Texture analysis' },
  ];
  session.update({ captions: { ...session.state.captions, drafts: [draft] } });
  await settle();
  expect(words(one(panel, '.draft'))).toMatch(/Replace the caption.*Throw away.*cut at the token limit/);
  expect(one<HTMLButtonElement>(panel, '#take-all').disabled).toBe(true);
  await expect.poll(() => words(one(one(panel, '.draft'), '.marks'))).toMatch(/early verdict ?: Drafted/);
  expect(words(one(one(panel, '.draft'), '.marks'))).toMatch(/stage missing ?: Final judgment, Texture analysis/);
  expect(all(one(panel, '.draft'), 'mark').map((mark) => mark.textContent)).toEqual(['Drafted']);
  const text = one<HTMLTextAreaElement>(one(panel, '.draft'), 'textarea');
  text.value = 'Changed.';
  text.dispatchEvent(new Event('change', { bubbles: true }));
  one(panel, '.draft .take').click();
  one(panel, '#discard-all').click();
  expect(session.calls.slice(-3)).toEqual([
    ['editDraft', sampleId, 'vanilla', 'Changed.'],
    ['accept', { sampleId, style: 'vanilla' }, true],
    ['discard', null],
  ]);
  expect(await violations()).toEqual([]);
  session.update({ captions: { ...session.state.captions, drafting: { style: 'vanilla', progress: null } } });
  await settle();
  all(panel, 'button')
    .find((button) => words(button).includes('Cancel'))!
    .click();
  expect(session.calls.at(-1)).toEqual(['cancelDrafts']);
});

it('the share of reasoning captions is a slider with three names', async () => {
  const session = scene('setup');
  const mounted = await mount(session);
  const slider = one<HTMLInputElement>(mounted, '#reasoningShare');
  expect([slider.value, slider.getAttribute('aria-valuetext')]).toEqual(['50', 'half']);
  slider.value = '30';
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  await settle(2);
  expect(session.state.config.reasoningShare).toBe(0.3);
  expect(slider.getAttribute('aria-valuetext')).toBe('30 % reasoning');
  all(mounted, '.marks button')
    .find((button) => words(button).includes('half (paper)'))!
    .click();
  expect(session.state.config.reasoningShare).toBe(0.5);
});

it('a dialog that leaves the document while it is open is shown where it comes back', async () => {
  const mounted = await mount(captioned());
  one(mounted, '#drafts').click();
  await settle();
  const dialog = one<HTMLDialogElement>(one(mounted, 'wl-drafts'), 'dialog');
  expect(dialog.matches(':modal')).toBe(true);
  mounted.remove();
  await settle(2);
  document.body.append(mounted);
  await settle();
  expect(dialog.matches(':modal')).toBe(true);
});

it('marks that overlap cut a text into parts that give it back', () => {
  const mark = (start: number, end: number, kind: 'background' | 'resolution') => ({ kind, start, end, words: '' });
  const parts = markedParts('abcdef', [
    mark(1, 4, 'background'),
    mark(2, 5, 'resolution'),
    mark(0, 0, 'background'),
    mark(3, 99, 'background'),
  ]);
  expect(parts.map(({ text, kinds }) => [text, kinds.length])).toEqual([
    ['a', 0],
    ['b', 1],
    ['cd', 2],
    ['e', 1],
    ['f', 0],
  ]);
});
