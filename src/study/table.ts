/** The document of the study: every number from results, no sentence that a number could contradict. */
import { ATTACKS } from '../data/synthetic/types';
import { ARMS, FOLDS, type Arm, type StudyScale } from './plan';
import { groundingOf, hterOf, spreadOf, type Source, type Spread } from './summary';
import type { Part, TrialResult } from './trial';

const SOURCES: readonly Source[] = ['head', 'head at equal errors', 'text'];

/** `12.3 ± 4.5`, percent; a dash where nothing was measured. */
export function cell(spread: Spread | null): string {
  if (spread === null) return '–';
  const percent = (value: number): string => (100 * value).toFixed(1);
  return spread.deviation === null ? percent(spread.mean) : `${percent(spread.mean)} ± ${percent(spread.deviation)}`;
}

/** `0.123 ± 0.045`; a dash where nothing was measured. */
function number(spread: Spread | null): string {
  if (spread === null) return '–';
  const { mean, deviation } = spread;
  return deviation === null ? mean.toFixed(3) : `${mean.toFixed(3)} ± ${deviation.toFixed(3)}`;
}

/** Rows of cells as a Markdown table; the first row is its head. */
export function markdown(rows: readonly (readonly string[])[]): string {
  const [head, ...body] = rows;
  if (head === undefined) throw new RangeError('A table needs a head');
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...body.map(line)].join('\n');
}

/** The tables as Markdown. */
export function studyTables(results: readonly TrialResult[]): string {
  return [
    '### The domain left out (HTER, %)',
    markdown([
      ['trained with', 'from', ...FOLDS.map((name) => `→ ${name}`), 'mean'],
      ...armRows((arm, source) => [
        ...FOLDS.map((target) => cell(spread(results, arm, 'target', source, target))),
        cell(seedMeans(results, arm, 'target', source)),
      ]),
    ]),
    '### Persons held out of the three training domains (HTER, %)',
    markdown([
      ['trained with', 'from', ...FOLDS.map((name) => `without ${name}`), 'mean'],
      ...armRows((arm, source) => [
        ...FOLDS.map((target) => cell(spread(results, arm, 'in-domain', source, target))),
        cell(seedMeans(results, arm, 'in-domain', source)),
      ]),
    ]),
    '### Unseen attacks, each against the live frames of synthetic-W (HTER, %, mean over the four models)',
    ...SOURCES.map((source) =>
      [
        `From the ${source === 'text' ? 'generated text' : source}:`,
        '',
        markdown([
          ['attack', ...judging(source).map(({ name }) => name)],
          ...ATTACKS.map((attack) => [
            attack,
            ...judging(source).map((arm) =>
              cell(
                overSeeds(of(results, arm), (group) => meanOf(group.map((r) => hterOf(r, 'unseen', source, attack)))),
              ),
            ),
          ]),
          ['all attacks', ...judging(source).map((arm) => cell(seedMeans(results, arm, 'unseen', source)))],
        ]),
      ].join('\n'),
    ),
    '### Losses at the end of training (means of the last ten steps)',
    markdown([
      ['trained with', 'L_cls', 'L_cap'],
      ...ARMS.map((arm) => [
        arm.name,
        // Without its weight nothing trains the head, and its loss stays that of a coin.
        number(overSeeds(of(results, arm), (group) => meanOf(group.map(({ lossCls }) => lossCls)))),
        number(overSeeds(of(results, arm), (group) => meanOf(group.map(({ lossCap }) => lossCap)))),
      ]),
    ]),
    '### What the captions say (%)',
    markdown([
      [
        'trained with',
        'part',
        'spoof captions that name a cue which is there',
        'live captions that name no attack cue',
      ],
      ...ARMS.flatMap((arm) =>
        (['in-domain', 'target', 'unseen'] as const).map((part) => [
          arm.name,
          part,
          cell(overSeeds(of(results, arm), (group) => grounding(group, part).spoof)),
          cell(overSeeds(of(results, arm), (group) => grounding(group, part).live)),
        ]),
      ),
    ]),
  ].join('\n\n');
}

/** Scale and cost in words. */
export function studySetup(results: readonly TrialResult[], scale: StudyScale): string {
  const seconds = spreadOf(results.map((result) => result.seconds));
  const { trainSubjects, heldOutSubjects, targetSubjects, unseenSubjects, steps, seeds } = scale;
  return [
    `${results.length} trainings: ${FOLDS.length} domains left out in turn, ${ARMS.length} kinds of training, ${seeds.length} seeds`,
    `(the seed draws the persons, the order and the adapters). ${steps} optimiser steps each on ${trainSubjects} persons of each`,
    `of three domains; judged on ${heldOutSubjects} other persons of those domains, on the ${targetSubjects} of the`,
    `domain left out, and on ${unseenSubjects} persons of synthetic-W. The head judges every frame, the text the first frame of`,
    `each clip. "Head" is read at P(spoof) >= 0.5; "head at equal errors" at the threshold where FAR and FRR of the judged`,
    `frames meet, for each cell anew, which uses their labels and so says how well the score ranks.${counts(results)} Mean ± standard deviation over seeds. Training took ${seconds === null ? '–' : seconds.mean.toFixed(0)} s on average.`,
  ].join('\n');
}

/** How many frames stand behind a number, said once: every trial of a study judges as many. */
function counts([first]: readonly TrialResult[]): string {
  if (first === undefined) return '';
  const said = (['in-domain', 'target', 'unseen'] as const).map((part) => {
    const frames = first.judged.filter((frame) => frame.part === part);
    return `${part} ${frames.length} and ${frames.filter(({ text }) => text !== null).length}`;
  });
  const [attack] = ATTACKS;
  const one = first.judged.filter((frame) => frame.part === 'unseen' && frame.attack === attack);
  const told = one.filter(({ text }) => text !== null).length;
  return ` Frames that one model is judged on by the head and by its text: ${said.join(', ')}; ${one.length} and ${told} of these are of one unseen attack.`;
}

function armRows(cells: (arm: Arm, source: Source) => string[]): string[][] {
  return ARMS.flatMap((arm) =>
    SOURCES.filter((source) => judging(source).includes(arm)).map((source) => [
      arm.name,
      source,
      ...cells(arm, source),
    ]),
  );
}

/** Arms that have such a judge: without its loss a head says nothing. */
const judging = (source: Source): readonly Arm[] =>
  source === 'text' ? ARMS : ARMS.filter(({ classification }) => classification);

const of = (results: readonly TrialResult[], arm: Arm): TrialResult[] => results.filter((r) => r.arm === arm.name);

function spread(results: readonly TrialResult[], arm: Arm, part: Part, source: Source, target: string): Spread | null {
  return spreadOf(
    of(results, arm)
      .filter((r) => r.target === target)
      .map((r) => hterOf(r, part, source)),
  );
}

/** Mean over the folds within a seed, then spread over seeds. */
function seedMeans(results: readonly TrialResult[], arm: Arm, part: Part, source: Source): Spread | null {
  return overSeeds(of(results, arm), (group) => meanOf(group.map((r) => hterOf(r, part, source))));
}

function overSeeds(results: readonly TrialResult[], value: (group: TrialResult[]) => number | null): Spread | null {
  const seeds = [...new Set(results.map(({ seed }) => seed))];
  return spreadOf(seeds.map((seed) => value(results.filter((r) => r.seed === seed))));
}

const meanOf = (values: readonly (number | null)[]): number | null => spreadOf(values)?.mean ?? null;

const grounding = (group: readonly TrialResult[], part: Part): ReturnType<typeof groundingOf> =>
  groundingOf(group.flatMap(({ judged }) => judged.filter((frame) => frame.part === part)));
