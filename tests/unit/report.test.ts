import { describe, expect, it } from 'vitest';
import { ATTACKS } from '../../src/data/synthetic/types';
import { compareReaders, judge, mcnemar, measure } from '../../src/evaluate/numbers';
import {
  ATTACK_COLUMNS,
  CAPTIONS_PASS_THE_HEAD_BY,
  FORMATS,
  attacksTable,
  confusionTable,
  measuresTable,
  paperTable,
  paperTables,
  PUBLISHED,
  readersTable,
  REASONING,
  TABLE_NUMBERS,
  VANILLA,
  variantsTable,
  WITHOUT_CLS,
  writeTables,
  type Format,
  type Result,
  type Row,
  type Table,
  type UsedSet,
} from '../../src/evaluate/report';
import {
  PAPER as PRESET,
  type Measures,
  type Prediction,
  type ThresholdPolicy,
  type Verdict,
} from '../../src/protocol';
import { MOST_COLUMNS, MOST_LINES } from '../../src/evaluate/report/write_latex';
import { byHead, byText, prediction } from '../support/predictions';

const NAMES: Record<string, string> = {
  M: 'MSU-MFSD',
  C: 'CASIA-FASD',
  I: 'Replay-Attack',
  O: 'OULU-NPU',
  W: 'SiW-Mv2',
};

let made = 0;

/** A result on sets of these roles. */
function result(
  train: string,
  test: string,
  variant: string,
  measures: Measures,
  given: { generated?: boolean; seed?: number; steps?: number; trainFrames?: number; scoringId?: string } = {},
): Result {
  const set = (role: string, side: UsedSet['side']): UsedSet => ({
    role,
    name: given.generated ? `synthetic-${role}` : NAMES[role]!,
    side,
    generated: given.generated ?? false,
    official: !given.generated,
  });
  return {
    protocol: train,
    variant,
    train: [...train],
    test,
    scoringId: given.scoringId ?? `scoring ${made++}`,
    measures,
    setting: {
      model: 'SmolVLM-256M',
      config: {
        ...PRESET,
        steps: given.steps ?? 180,
        accumulation: 2,
        seed: given.seed ?? 0,
        alpha: variant === WITHOUT_CLS ? 0 : 0.7,
      },
      trainFrames: given.trainFrames ?? 4800,
      sets: [...[...train].map((role) => set(role, 'train')), set(test, 'test')],
      textFrames: null,
      known: true,
      parts: 'official',
      developmentShare: 0,
    },
  };
}

/** Text with so many of ten live and ten spoof read wrongly: HTER is the mean of the two shares. */
function text(liveWrong: number, spoofWrong: number): Measures {
  const verdicts = (right: Verdict, wrong: Verdict, count: number): Verdict[] =>
    Array.from({ length: 10 }, (_, i) => (i < count ? wrong : right));
  return measure(
    byText(verdicts('live', 'spoof', liveWrong), verdicts('spoof', 'live', spoofWrong)),
    { kind: 'text' },
    {
      reader: 'text',
      unit: 'video',
      bootstrap: { resamples: 50, seed: 0 },
    },
  );
}

/** Ten live, and two of each attack with so many of them wrong. */
function attacked(wrong: Partial<Record<string, number>>, attacks: readonly string[] = ATTACKS): Measures {
  const test: Prediction[] = [
    ...Array.from({ length: 10 }, () => prediction('live', { verdict: 'live', text: '' })),
    ...attacks.flatMap((attack) =>
      [0, 1].map((i) =>
        prediction('spoof', { attack, verdict: i < (wrong[attack] ?? 0) ? 'live' : 'spoof', text: '' }),
      ),
    ),
  ];
  return measure(test, { kind: 'text' }, { reader: 'text', unit: 'video' });
}

/** The lines of each LaTeX table between its rules. */
const floatsOf = (latex: string): string[][] =>
  latex
    .split('\\toprule\n')
    .slice(1)
    .map((rest) => rest.slice(0, rest.indexOf('\\bottomrule')).trimEnd().split('\n'));

const rowOf = ({ rows }: Table, method: string, metric: string, origin: Row['origin'] = 'ours'): Row =>
  rows.find((row) => row.method === method && row.metric === metric && row.origin === origin)!;

describe("the paper's numbers", () => {
  it('have as many values as their tables have columns, between 0 and 1, with the averages that the paper prints', () => {
    for (const number of TABLE_NUMBERS) {
      for (const { values, average, metric } of PUBLISHED[number].rows) {
        expect(values.length).toBe(number === 1 || number === 7 ? 4 : 14);
        const known = values.flatMap((value) => value ?? []);
        expect(known.every((value) => value >= 0 && value <= 1)).toBe(true);
        expect([number, metric, known.length]).toEqual([number, metric, values.length]);
        // Rounded columns give the printed average to a hundredth, but for one: DiVT-M's of table 2 is 0.24, and 0.256
        // by its columns.
        const odd = number === 2 && average === 0.24;
        const off = known.reduce((a, b) => a + b) / known.length - average!;
        expect(Math.abs(off)).toBeLessThan(odd ? 0.016 : 0.0101);
      }
    }
    // Table 5, the best: vanilla+reasoning on MIC.
    expect(PUBLISHED[5].rows.filter(({ method }) => method === REASONING).map(({ average }) => average)).toEqual([
      0.88, 0.12,
    ]);
  });

  it('stand under the fourteen attacks, each once', () => {
    expect(ATTACK_COLUMNS.map(({ attack }) => attack).sort()).toEqual([...ATTACKS].sort());
    expect(ATTACK_COLUMNS.map(({ label }) => label).slice(0, 4)).toEqual(['Fun.', 'Eye.', 'Mou.', 'Pap.']);
  });
});

describe('a table of folds', () => {
  const results = [
    result('OCI', 'M', VANILLA, text(1, 1)),
    result('IOC', 'M', REASONING, text(2, 0)),
    result('MOI', 'C', VANILLA, text(2, 2)),
    result('MOC', 'I', VANILLA, text(3, 3)),
    result('MIC', 'O', VANILLA, text(4, 4)),
    result('MIC', 'W', VANILLA, text(5, 5)),
  ];
  const table = paperTable(1, results);

  it('lays ours beside theirs, by sources in any order', () => {
    expect(table.columns.map(({ label }) => label)).toEqual(['OCI -> M', 'MOI -> C', 'MOC -> I', 'MIC -> O', 'Avg.']);
    const hter = rowOf(table, VANILLA, 'HTER').cells;
    expect(hter.slice(0, 4).map(({ value, published }) => [value, published])).toEqual([
      [0.1, 0.11],
      [0.2, 0.19],
      [0.3, 0.26],
      [0.4, 0.2],
    ]);
    expect(hter[0]!.difference).toBeCloseTo(-0.01, 12);
    expect(hter[0]).toMatchObject({ n: 20, interval: { level: 0.95, resamples: 50 } });
    // (0.1 + 0.2 + 0.3 + 0.4) / 4 against 0.19.
    expect(hter[4]!.value).toBeCloseTo(0.25, 12);
    expect(hter[4]!.difference).toBeCloseTo(0.06, 12);
    expect(hter[4]!.n).toBe(80);
    expect(rowOf(table, VANILLA, 'Accuracy').cells[0]).toMatchObject({ value: 0.9, published: 0.87 });
    // The paper has no balanced accuracy here.
    expect(rowOf(table, VANILLA, 'Balanced accuracy').cells[0]).toMatchObject({ value: 0.9, published: null });
    expect(rowOf(table, REASONING, 'HTER').cells[0]).toMatchObject({ value: 0.1, published: 0.11 });
    expect(rowOf(table, VANILLA, 'HTER', 'published').cells.map(({ value }) => value)).toEqual([
      0.11, 0.19, 0.26, 0.2, 0.19,
    ]);
  });

  it('shows what is missing as missing, and no average of a part', () => {
    const hter = rowOf(table, REASONING, 'HTER').cells;
    expect(hter.slice(1).map(({ value }) => value)).toEqual([null, null, null, null]);
    expect(hter.map(({ note }) => note)).toEqual([
      null,
      'not measured',
      'not measured',
      'not measured',
      'only 1 of 4 columns have a number',
    ]);
    const markdown = writeTables([table], 'markdown');
    expect(markdown).toMatch(
      /vanilla\+reasoning \| ours: text, verdict; by video \| HTER \| 0\.100 \| missing \| missing \| missing \| missing/,
    );
    expect(writeTables([paperTable(6, [])], 'markdown')).toContain('Nothing of it was measured here.');
    const csv = writeTables([table], 'csv')
      .split('\r\n')
      .find((line) => line.includes('vanilla+reasoning,ours') && line.includes('MIC -> O'))!;
    expect(csv).toContain(',MIC -> O,,,,,,0.71,,not measured');
  });

  it('keeps readers, policies and units apart, and averages seeds', () => {
    const head = (policy: ThresholdPolicy): Measures =>
      measure([prediction('live', { head: 0.2 }), prediction('spoof', { head: 0.4 })], policy, {
        reader: 'head',
        unit: 'frame',
      });
    const more = [
      ...results,
      result('OCI', 'M', VANILLA, text(2, 2), { seed: 1 }),
      result('OCI', 'M', VANILLA, head({ kind: 'fixed', threshold: 0.5 })),
      result('OCI', 'M', VANILLA, head({ kind: 'test-eer' })),
    ];
    const both = paperTable(1, more);
    const ours = both.rows.filter(
      ({ method, origin, metric }) => method === VANILLA && origin === 'ours' && metric === 'HTER',
    );
    expect(ours.map(({ judgedBy, unit, cells }) => [judgedBy, unit, cells[0]!.value])).toEqual([
      ['text, verdict', 'video', expect.closeTo(0.15, 12)],
      ['head, P >= 0.5', 'frame', 0.5],
      ['head, test EER, uses target labels', 'frame', 0],
    ]);
    expect(ours[0]!.cells[0]).toMatchObject({ note: 'mean of 2 runs, from 0.100 to 0.200', interval: null, n: 40 });
    expect(both.settings.join(' ')).toContain('as SSDG and FLIP do: it uses target labels');
  });

  it('averages nothing that differs in more than the seed', () => {
    const one = (wrong: number, given: Parameters<typeof result>[4]): Result =>
      result('OCI', 'M', VANILLA, text(wrong, wrong), given);
    const hters = (of: Result[]): unknown[] =>
      paperTable(1, of)
        .rows.filter(
          ({ method, origin, metric }) => method.startsWith('vanilla') && origin === 'ours' && metric === 'HTER',
        )
        .filter(({ method }) => !method.startsWith(REASONING))
        .map(({ method, cells }) => [method, cells[0]!.value, cells[0]!.note]);
    expect(hters([one(1, {}), one(3, { steps: 90 }), one(5, { steps: 90, seed: 1 })])).toEqual([
      ['vanilla (steps 180)', 0.1, null],
      ['vanilla (steps 90)', 0.4, 'mean of 2 runs, from 0.300 to 0.500'],
    ]);
    const other =
      'not in it, as more than the seed differs: OCI (OULU-NPU, CASIA-FASD, Replay-Attack, MSU-MFSD; 24 frames, seed 1)';
    expect(hters([one(1, {}), one(3, { trainFrames: 24, seed: 1 })])).toEqual([['vanilla', 0.1, other]]);
    // Another training of the same seed is no other seed.
    expect(hters([one(1, {}), one(3, {})])).toEqual([['vanilla', 0.1, expect.stringContaining('seed 0')]]);
  });

  it('compares nothing with the paper whose sets are not known', () => {
    const kept = result('OCI', 'M', VANILLA, text(1, 1));
    const table = paperTable(1, [{ ...kept, setting: { ...kept.setting, known: false } }]);
    expect(rowOf(table, VANILLA, 'HTER').cells[0]).toMatchObject({ value: 0.1, difference: null });
    expect(rowOf(paperTable(1, [kept]), VANILLA, 'HTER').cells[0]!.difference).not.toBeNull();
    expect(table.settings.join(' ')).toMatch(/Not known on which sets.*not compared with the paper: OCI -> M\./);
  });

  it('says which rates a limit of texts weighs', () => {
    const whole = result('OCI', 'M', VANILLA, text(1, 1));
    const limited = { ...whole, setting: { ...whole.setting, textFrames: 64 } };
    expect(paperTable(1, [limited]).settings.join(' ')).toMatch(/at most 64 frames.*pools the attacks \(FAR, HTER/);
    expect(paperTable(1, [whole]).settings.join(' ')).not.toContain('pools the attacks');
  });

  it('counts a judgment that two protocols share once', () => {
    const [first, second] = ['one', 'two'].map((protocol) => ({
      ...result('OCI', 'M', VANILLA, text(1, 1), { scoringId: 'shared' }),
      protocol,
    }));
    const cell = rowOf(paperTable(1, [first!, second!]), VANILLA, 'HTER').cells[0]!;
    expect(cell).toMatchObject({ value: 0.1, note: null, n: 20 });
    expect(cell.interval).not.toBeNull();
  });

  it('is the ablation too, whose row with the loss need not be trained twice', () => {
    const ablation = paperTable(7, [...results, result('OCI', 'M', WITHOUT_CLS, text(3, 1))]);
    expect(rowOf(ablation, WITHOUT_CLS, 'HTER').cells[0]).toMatchObject({ value: 0.2, published: 0.11 });
    expect(rowOf(ablation, 'w cls loss', 'HTER').cells[0]).toMatchObject({ value: 0.1, published: 0.11 });
    const own = paperTable(7, [...results, result('OCI', 'M', 'w cls loss', text(0, 0))]);
    expect(rowOf(own, 'w cls loss', 'HTER').cells[0]!.value).toBe(0);
    // An alpha of nothing is what makes the variant, and no departure from the paper.
    expect(ablation.settings.join(' ')).not.toContain('alpha 0 ');
  });

  it('says of the ablation what it cannot show where no adapter is in the vision tower', () => {
    const one = result('OCI', 'M', WITHOUT_CLS, text(3, 1));
    const frozen = { ...one, setting: { ...one.setting, config: { ...one.setting.config, loraVision: false } } };
    expect(paperTable(7, [frozen]).notes.join(' ')).toMatch(/L_cls trains the live\/spoof head alone/);
    expect(paperTable(7, [one]).notes.join(' ')).not.toContain('head alone');
    expect(paperTable(1, [{ ...frozen, variant: VANILLA }]).notes.join(' ')).not.toContain('head alone');
  });

  it('says how many frames had captions, and where none had one to learn from', () => {
    const said = (variant: string, captioned?: { vanilla: number; reasoning: number }): string => {
      const { setting, ...one } = result('OCI', 'M', variant, text(1, 1));
      const config = { ...setting.config, reasoningShare: variant === VANILLA ? 0 : 0.5 };
      return paperTable(1, [
        { ...one, setting: { ...setting, config, ...(captioned && { captioned }) } },
      ]).settings.join(' ');
    };
    expect(said(VANILLA, { vanilla: 40, reasoning: 7 })).toContain(
      'Of them with captions: OCI 40 vanilla and 7 reasoning.',
    );
    expect(said(VANILLA, { vanilla: 40, reasoning: 0 })).not.toContain('No frame had a caption');
    expect(said(REASONING, { vanilla: 0, reasoning: 7 })).not.toContain('No frame had a caption');
    expect(said(VANILLA, { vanilla: 0, reasoning: 7 })).toContain(
      'No frame had a caption to learn from in: OCI, vanilla.',
    );
    expect(said(REASONING, { vanilla: 0, reasoning: 0 })).toMatch(
      /OCI, vanilla\+reasoning\. .*text that nothing taught/,
    );
    // Of older judgments nobody knows.
    expect(said(VANILLA)).not.toMatch(/with captions|had a caption/);
  });

  it('says what differs in the setting', () => {
    const said = table.settings.join(' ');
    expect(said).toContain('Backbone: SmolVLM-256M; the paper does not name its own.');
    expect(said).toContain('optimiser steps 180 (paper: 2500)');
    expect(said).toContain('effective batch 8 (paper: 64)');
    expect(said).toContain('OCI 4800 (public caption set: 4800)');
    expect(said).toContain('M to test: MSU-MFSD, official test part');
    expect(said).toContain('in the paper another language model reads it');
    expect(said).toContain('seed 0');
  });
});

describe('a table of attacks', () => {
  it('has a column for each, all live against it, and the unweighted mean', () => {
    const table = paperTable(2, [result('OCI', 'W', VANILLA, attacked({ print: 2, 'mask-paper': 1 }))]);
    const hter = rowOf(table, VANILLA, 'HTER').cells;
    // Print: both of two pass, no live is refused: HTER 1/2. Paper mask: one of two, 1/4.
    expect(hter[13]).toMatchObject({ value: 0.5, n: 12, published: 0.05 });
    expect(hter[10]).toMatchObject({ value: 0.25, published: 0.1 });
    expect(hter[14]!.value).toBeCloseTo(0.75 / 14, 12);
    expect(hter[14]!.n).toBe(10 + 2 * 14);
    // Plain accuracy 10 of 12; balanced 1 - 1/2: the paper's number stands beside the latter.
    expect(rowOf(table, VANILLA, 'Accuracy').cells[13]).toMatchObject({ value: 10 / 12, published: null });
    expect(rowOf(table, VANILLA, 'Balanced accuracy').cells[13]).toMatchObject({ value: 0.5, published: 0.95 });
    expect(table.rows.filter(({ origin }) => origin === 'published').map(({ method }) => method)).toEqual(
      expect.arrayContaining(['SA-FAS', 'DiVT-M']),
    );
  });

  it('knows the names of the release, leaves a missing attack missing and names an unknown one', () => {
    const table = paperTable(6, [result('MICO', 'W', REASONING, attacked({}, ['Paper', 'Mask_Half', 'cake']))]);
    const hter = rowOf(table, REASONING, 'HTER').cells;
    expect(hter.map(({ value }) => value)).toEqual([
      ...Array<null>(7).fill(null),
      0,
      ...Array<null>(5).fill(null),
      0,
      null,
    ]);
    expect([hter[0]!.note, hter[14]!.note]).toEqual([
      'the test set has no such attack',
      'only 2 of 14 columns have a number',
    ]);
    expect(table.notes.join(' ')).toContain('Attacks without a column: cake.');
  });
});

describe('generated pictures', () => {
  const generated = ['OCI', 'MOI', 'MOC', 'MIC'].flatMap((train) => [
    result(train, 'MCIO'.replace(new RegExp(`[${train}]`, 'g'), ''), VANILLA, text(1, 1), { generated: true }),
    result(train, 'W', VANILLA, attacked({}), { generated: true }),
  ]);

  it.each([...FORMATS])('are never called a benchmark result in %s', (format: Format) => {
    for (const table of [...paperTables(generated).slice(0, 5), measuresTable(generated)]) {
      expect(table.generated).toBe(true);
      expect(table.caption).toContain('MEASURED WITH GENERATED PICTURES (synthetic-');
      const written = writeTables([table], format);
      expect(written).toContain('GENERATED PICTURES');
      expect(written).toContain('no benchmark result');
    }
  });

  it('have no difference from the published numbers, and a table of real sets has no such word', () => {
    const cells = paperTable(1, generated).rows.flatMap((row) => row.cells);
    expect(cells.some(({ value, published }) => value !== null && published !== null)).toBe(true);
    expect(cells.every(({ difference }) => difference === null)).toBe(true);
    expect(writeTables([paperTable(1, [result('OCI', 'M', VANILLA, text(0, 1))])], 'markdown')).not.toMatch(
      /generated/i,
    );
  });
});

describe('writers', () => {
  const awkward = result('OCI', 'M', VANILLA, text(1, 2));
  const results = [
    { ...awkward, setting: { ...awkward.setting, model: 'a_b|c & 50% {x} $y #1 ~ ^ \\ "q", <z>' } },
    result('OCI', 'W', VANILLA, attacked({ print: 1 })),
  ];

  it('LaTeX: every row has all columns, nothing is left unescaped, braces and environments close', () => {
    for (const table of paperTables(results)) {
      const latex = writeTables([table], 'latex');
      // By parts where there are more than can be read.
      const parts = Math.ceil(table.columns.length / MOST_COLUMNS);
      const each = Math.ceil(table.columns.length / parts);
      const allowed = [each, table.columns.length - (parts - 1) * each];
      for (const inside of floatsOf(latex)) {
        const widths = new Set<number>();
        for (const line of inside.filter((row) => row.endsWith('\\\\') && !row.includes('\\multicolumn')))
          widths.add(line.split(/(?<!\\)&/).length - 3);
        const heads = inside.find((row) => row.includes('\\multicolumn'));
        if (heads !== undefined) {
          const spans = [...heads.matchAll(/\\multicolumn\{(\d+)\}/g)].reduce((sum, [, span]) => sum + Number(span), 0);
          widths.add(spans);
        }
        expect(widths.size).toBe(1);
        expect(allowed).toContain([...widths][0]);
      }
      const bare = latex.replace(/\\[&%$#_{}]/g, '');
      expect([bare.split('{').length, bare.match(/\\begin(?!group)/g)!.length]).toEqual([
        bare.split('}').length,
        bare.match(/\\end\{/g)!.length,
      ]);
      expect(bare.replace(/^%.*$/gm, '').replace('{!}{%', '')).not.toMatch(/#|%(?!$)/m);
      expect(bare.replace(/\$\\(?:to|geq)\$/g, '')).not.toContain('$');
    }
    expect(writeTables([paperTable(1, results)], 'latex')).toContain(
      "a\\_b\\textbar{}c \\& 50\\% \\{x\\} \\$y \\#1 \\textasciitilde{} \\textasciicircum{} \\textbackslash{} ``q'', \\textless{}z\\textgreater{}",
    );
  });

  it('say of rows of the head that captions pass it by, where no adapter is in the vision tower', () => {
    const scored = measure(
      byHead([0.1, 0.7], [0.9, 0.4]),
      { kind: 'fixed', threshold: 0.5 },
      { reader: 'head', unit: 'video' },
    );
    const both = (measures: Measures, loraVision: boolean): string[] => {
      const of = [VANILLA, REASONING].map((variant) => result('OCI', 'M', variant, measures));
      const set = of.map((one) => ({
        ...one,
        setting: { ...one.setting, config: { ...one.setting.config, loraVision } },
      }));
      return paperTable(1, set).notes;
    };
    expect(both(scored, false)).toContain(CAPTIONS_PASS_THE_HEAD_BY);
    expect(both(scored, true)).not.toContain(CAPTIONS_PASS_THE_HEAD_BY);
    expect(both(text(1, 2), false)).not.toContain(CAPTIONS_PASS_THE_HEAD_BY);
  });

  it('LaTeX: each way of judging is a float of its own with the published rows, and none is taller than a page', () => {
    const scored = measure(
      byHead([0.1, 0.7], [0.9, 0.4]),
      { kind: 'fixed', threshold: 0.5 },
      { reader: 'head', unit: 'video' },
    );
    const ways = [result('OCI', 'M', VANILLA, text(1, 2)), result('OCI', 'M', VANILLA, scored)];
    const latex = writeTables([paperTable(1, ways)], 'latex');
    // LaTeX counts its own tables.
    expect([...latex.matchAll(/\\caption\{([^,]+),.*?(Ours[^}]*)\}$/gm)].map(([, what, way]) => [what, way])).toEqual([
      ["The paper's table 1", 'Ours: text, verdict; by video.'],
      ["The paper's table 1", 'Ours: head, P $\\geq$ 0.5; by video.'],
    ]);
    expect([...latex.matchAll(/\\label\{(.*)\}/g)].map(([, label]) => label)).toEqual([
      'tab:table-1-1',
      'tab:table-1-2',
    ]);
    const floats = floatsOf(latex);
    for (const lines of floats) {
      expect(lines.filter((line) => line.includes('& published &'))).toHaveLength(2);
      expect(lines.filter((line) => line.includes('& ours &')).length).toBeGreaterThan(0);
    }
    // Many seeds of one variant: parted where a method begins.
    const many = Array.from({ length: 30 }, (_, seed) => {
      const one = result('OCI', 'M', VANILLA, text(1, 2));
      return { ...one, setting: { ...one.setting, model: `model ${seed}` } };
    });
    const parted = writeTables([paperTable(1, many)], 'latex');
    const parts = floatsOf(parted);
    expect(parts.length).toBeGreaterThan(1);
    expect(parted).toContain(`by video, part 2 of ${parts.length}.`);
    for (const lines of parts) {
      expect(lines.filter((line) => line.endsWith('\\\\')).length).toBeLessThanOrEqual(MOST_LINES + 2);
      expect(lines.find((line) => line === '\\midrule')).toBeDefined();
    }
    const rows = parts.flat().filter((line) => line.includes('& ours &'));
    expect(rows).toHaveLength(
      paperTable(1, many).rows.filter(({ origin, metric }) => origin === 'ours' && metric === 'Accuracy').length,
    );
  });

  it('Markdown: every row has all columns', () => {
    for (const table of paperTables(results)) {
      const rows = writeTables([table], 'markdown')
        .split('\n')
        .filter((line) => line.startsWith('|'));
      for (const row of rows) expect(row.split(/(?<!\\)\|/).length).toBe(table.columns.length + 5);
    }
  });

  it('CSV: a line for each cell under one head, no formula, all digits', () => {
    const table = measuresTable([result('OCI', 'M', '=1+1', text(1, 2)), result('OCI', 'M', 'a "b", c', text(1, 2))]);
    table.rows[0]!.method = '=1+1';
    const lines = writeTables([table], 'csv').trimEnd().split('\r\n');
    const data = lines.filter((line) => !line.startsWith('#'));
    expect(data.length).toBe(1 + 2 * table.columns.length);
    expect(data[1]).toMatch(
      /^measures,,'=1\+1,ours,text,"text verdict, undecided counts as an error",video,all,,n,20,/,
    );
    expect(data.some((line) => line.includes('"OCI -> M, a ""b"", c"'))).toBe(true);
    expect(lines[0]).toMatch(/^# measures: All numbers/);
  });

  it('JSON: the tables themselves', () => {
    const tables = paperTables(results);
    expect(JSON.parse(writeTables(tables, 'json'))).toEqual({ format: 'whylive-tables', version: 1, tables });
  });

  it('a table of everything: counts, rates, the attack of the largest APCER', () => {
    const [row] = measuresTable([result('OCI', 'W', VANILLA, attacked({ print: 1 }))]).rows;
    const value = (label: string) =>
      row!.cells[measuresTable([]).columns.findIndex((column) => column.label === label)]!;
    expect([value('n').value, value('Spoof').value, value('Largest APCER').value]).toEqual([38, 28, 0.5]);
    // Of the trials that each rate is of.
    expect(['HTER', 'FAR', 'FRR', 'Largest APCER', 'BPCER'].map((label) => value(label).n)).toEqual([
      38, 28, 10, 2, 10,
    ]);
    expect(value('Largest APCER').note).toBe('of print');
    expect(value('Threshold')).toMatchObject({ value: null, note: 'none' });
    const scored = measure(
      byHead([0.1, 0.2], [0.7, 0.9]),
      { kind: 'fixed', threshold: 0.5 },
      { reader: 'head', unit: 'frame' },
    );
    const [other] = measuresTable([result('OCI', 'M', VANILLA, scored)]).rows;
    expect(other!.cells[4]).toMatchObject({ value: 0.5, n: null });
    expect(value('AUC')).toMatchObject({ value: null, note: 'undefined: see the notes' });
    expect(writeTables([measuresTable([result('OCI', 'W', VANILLA, attacked({ print: 1 }))])], 'markdown')).toContain(
      '| 38 | 10 | 28 | 0 |',
    );
    const markdown = writeTables([measuresTable([result('OCI', 'W', VANILLA, attacked({ print: 1 }))])], 'markdown');
    expect(markdown).toMatch(/\| of \|.*\| print, n 2 \|/);
    expect(other!.cells[4]!.value).toBe(0.5);
  });

  it('every attack, by protocols of one’s own too, with what its rates are of', () => {
    const bootstrap = { resamples: 50, seed: 0 };
    const own = (protocol: string, wrong: number): Result => ({
      ...result('OCI', 'W', VANILLA, attacked({ print: wrong }, ['print', 'mask'])),
      protocol,
    });
    const table = attacksTable([own('mine', 1), own('yours', 2)]);
    expect(
      table.rows.map(({ method, metric, cells }) => [method, metric, cells[0]!.value, cells[0]!.n, cells[4]!.n]),
    ).toEqual([
      ['mine -> W, vanilla', 'mask', 0, 2, 10],
      ['mine -> W, vanilla', 'print', 0.5, 2, 10],
      ['yours -> W, vanilla', 'mask', 0, 2, 10],
      ['yours -> W, vanilla', 'print', 1, 2, 10],
    ]);
    const few = byText(['live', 'live', 'spoof'], ['spoof', 'live', 'spoof']);
    const measured = measure(few, { kind: 'text' }, { reader: 'text', unit: 'frame', bootstrap });
    const [row] = attacksTable([result('OCI', 'W', VANILLA, measured)]).rows;
    expect(row!.cells.map(({ interval }) => interval !== null)).toEqual([true, true, true, true, true, false]);
  });

  it('what each class was called', () => {
    const few = byText(['live', 'undecided', 'spoof', 'live'], ['spoof', 'live', 'undecided']);
    const measured = measure(few, { kind: 'text' }, { reader: 'text', unit: 'frame' });
    const [row] = confusionTable([result('OCI', 'M', VANILLA, measured)]).rows;
    expect(row!.cells.map(({ value }) => value)).toEqual([2, 1, 1, 1, 1, 1]);
    expect(row!.cells.map(({ n }) => n)).toEqual([4, 4, 4, 3, 3, 3]);
  });

  it('readers against each other and variants by video, with the counts behind kappa and p', () => {
    const said = byHead([0.1, 0.2, 0.9], [0.7, 0.9, 0.2]).map((one, i) => ({
      ...one,
      verdict: (['live', 'live', 'live', 'spoof', 'live', 'undecided'] as const)[i]!,
    }));
    const policy = { kind: 'fixed', threshold: 0.5 } as const;
    const compared = compareReaders(
      said,
      { reader: 'head', policy },
      { reader: 'text', policy: { kind: 'text' } },
      { unit: 'frame' },
    );
    const used = [result('OCI', 'M', VANILLA, measure(said, policy, { reader: 'head', unit: 'frame' }))];
    const readers = readersTable([{ protocol: 'OCI', variant: VANILLA, test: 'M', compared }], used);
    expect(readers.rows[0]!.cells.map(({ value }) => value)).toEqual([compared.kappa, 0.5, compared.expected, 2]);
    expect(readers.rows[0]!.policyWords).toMatch(/^head: P\(spoof\) >= 0\.5; text: text verdict/);
    const judged = judge(said, policy, { reader: 'head', unit: 'video' }).judged;
    const right = judged.map((trial) => ({ ...trial, verdict: trial.label }));
    const variants = variantsTable(
      [
        {
          protocol: 'OCI',
          test: 'M',
          first: VANILLA,
          second: REASONING,
          by: { reader: 'head', policy },
          compared: mcnemar(judged, right),
        },
      ],
      used,
    );
    expect(variants.rows[0]!.cells.map(({ value }) => value)).toEqual([4, 0, 2, 0, 0.5, 0.5, 0.5]);
    expect(writeTables([readers, variants], 'csv')).toMatch(
      /variants,,"OCI -> M, vanilla and vanilla\+reasoning",ours,head/,
    );
  });

  it('without a threshold nothing is called, compared or agreed on, and the notes say why', () => {
    const said = byHead([0.1, 0.2], [0.7, 0.9]).map((one) => ({ ...one, verdict: 'live' as const }));
    const policy = { kind: 'development-eer' } as const;
    const about = { unit: 'frame', noDevelopment: 'No development data.' } as const;
    const measured = measure(said, policy, { reader: 'head', ...about });
    const used = [result('OCI', 'M', VANILLA, measured)];
    const confusion = confusionTable(used);
    expect(confusion.rows[0]!.cells.map(({ value }) => value)).toEqual(Array(6).fill(null));
    expect(confusion.notes.join(' ')).toContain('No development data.');
    const compared = compareReaders(
      said,
      { reader: 'head', policy },
      { reader: 'text', policy: { kind: 'text' } },
      about,
    );
    const readers = readersTable([{ protocol: 'OCI', variant: VANILLA, test: 'M', compared }], used);
    expect(readers.rows[0]!.cells.map(({ value }) => value)).toEqual([null, null, null, null]);
    expect(readers.notes.join(' ')).toContain('No development data.');
    const none = {
      protocol: 'OCI',
      test: 'M',
      first: 'a',
      second: 'b',
      by: { reader: 'head', policy },
      compared: mcnemar([], []),
    };
    expect(
      variantsTable([{ ...none, by: { reader: 'head', policy } }], used).rows[0]!.cells.map(({ value }) => value),
    ).toEqual(Array(7).fill(null));
  });

  it('captions that a model drafted are told beside the others', () => {
    const one = result('OCI', 'M', VANILLA, text(1, 2));
    const setting = { ...one.setting, captioned: { vanilla: 40, reasoning: 0 }, drafted: 30 };
    expect(paperTable(1, [{ ...one, setting }]).settings.join(' ')).toContain(
      'OCI 40 vanilla and 0 reasoning (30 of them drafts of a model).',
    );
  });

  it('notes of protocols on the same sets are told apart by the protocol', () => {
    const measured = { ...attacked({}), notes: ['Something.'] };
    const both = ['mine', 'yours'].map((protocol) => ({ ...result('OCI', 'W', VANILLA, measured), protocol }));
    const { notes, settings } = measuresTable(both);
    expect(notes.at(-1)).toBe('Something. (mine -> W, vanilla, text by video; yours -> W, vanilla, text by video)');
    expect(settings.join(' ')).toMatch(/mine \d+ .*yours \d+/);
    expect(paperTable(2, both).notes.at(-1)).toContain('Something. (OCI -> W');
  });

  it('LaTeX: a table with many columns is parted by columns, and each number is there once', () => {
    const latex = writeTables([paperTable(2, results)], 'latex');
    const heads = floatsOf(latex).map((inside) => inside.find((row) => row.startsWith('Method'))!);
    const labels = heads.slice(0, 2).flatMap((row) =>
      row
        .replace(/ \\\\$/, '')
        .split(' & ')
        .slice(3),
    );
    expect(labels).toEqual(paperTable(2, results).columns.map(({ label }) => label));
    expect(latex).toContain(', columns 1 to 8 of 15.}');
    expect(latex).toContain(', columns 9 to 15 of 15.}');
  });

  it('LaTeX: quotes open and close', () => {
    const table = {
      ...measuresTable([result('OCI', 'M', VANILLA, text(1, 2))]),
      notes: ['"one" of ("two"), "three".'],
    };
    expect(writeTables([table], 'latex')).toContain("``one'' of (``two''), ``three''.");
  });
});
