/** The store in one import: everything kept in this browser, and the files a run is exported as. */
export { checkpointInfo, deleteCheckpoints, readCheckpoint, sha256, writeCheckpoint } from './checkpoints';
export { toCsv } from './csv';
export { closeDatabase } from './database';
export { deleteStorage } from './everything';
export { loadExperiments, removeExperiment, saveExperiment } from './experiments';
export { isQuotaError, storageFailure } from './failures';
export { deleteFrame, readFrame, writeFrame } from './frames';
export { filesOfFolder, forgetFolder, listFolders, rememberFolder, type RememberedFolder } from './folders';
export { deleteModel, listModels, modelsFolder, openModel, type StoredModel } from './models';
export { headOf, type RunHead, type RunRecord, type SampleName } from './record';
export { captionsJsonl, configJson, metricsCsv } from './runfiles';
export {
  appendCaption,
  appendEvaluation,
  appendStep,
  dropAfter,
  loadRun,
  loadRuns,
  removeRun,
  saveHead,
  saveRun,
} from './runs';
export { bySource, clearSamples, deleteFrames, loadSamples, saveSamples } from './samples';
export {
  appendPredictions,
  loadPredictions,
  loadScoring,
  loadScorings,
  predictedIds,
  removeScorings,
  removeScoringsOfExperiment,
  removeScoringsOfRun,
  saveScoring,
} from './scorings';
export { deleteSetting, loadSetting, saveSetting, type Settings } from './settings';
export { zipFiles } from './zip';
