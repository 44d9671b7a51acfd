/** The paper's experiments on the generated world, outside a browser: `npm run study`. */
export { StudyEngine } from './engine';
export { FULL, trialsOf, type StudyScale, type Trial } from './plan';
export { studySetup, studyTables } from './table';
export type { TrialResult } from './trial';
