/**
 * Tables for a paper or a reviewer; pure functions that any thread and Node may call.
 *
 *     const results: Result[] = [{ protocol: 'OCI', variant: 'vanilla', train: ['O', 'C', 'I'], test: 'M',
 *       scoringId, measures: measure(...),
 *       setting: { model, config, trainFrames, sets, textFrames, parts, developmentShare } }, ...];
 *     writeTables(paperTables(results), 'latex');      // tables 1-7, our numbers beside the paper's
 *     writeTables([measuresTable(results), attacksTable(results), confusionTable(results)], 'csv'); // every result
 *
 * A result finds its table by its sources (roles, in any order), its test role and its variant's name: `VANILLA`,
 * `REASONING`, `WITHOUT_CLS`, `WITH_CLS`. Give as many readers, policies and units as there are: each has rows of its
 * own. `setting.sets[].generated` must be true for generated sets; every format then says that it is no benchmark result.
 */
export { paperTable, paperTables, TABLE_NUMBERS } from './build';
export { CAPTIONS_PASS_THE_HEAD_BY, CLS_TRAINS_HEAD_ALONE } from './ablation';
export { readersTable, variantsTable, type ReadersResult, type VariantsResult } from './comparisons_table';
export { attacksTable, confusionTable, measuresTable } from './measures_table';
export * from './paper';
export { FORMATS, writeTables, type Format } from './write';
export type { Cell, Column, Result, Row, Setting, Table, UsedSet } from './table';
