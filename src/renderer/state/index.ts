// SPDX-License-Identifier: Apache-2.0
export * from './asking';
export { boot } from './boot';
export { attempt, bridge, unwrap } from './bridge';
export {
  compareWith,
  moveOffset,
  overlap,
  pairCount,
  pickAnother,
  pickToCompare,
  samplePairs,
  setArrangement,
  setOffset,
} from './compare';
export * from './conversations';
export { editName } from './edit-name';
export * from './export';
export { setSetup } from './history';
export { dismissToast, dismissToasts, notify } from './notices';
export * from './presets';
export * from './project';
export { pickProject, saveProject } from './project-files';
export * from './projects';
export * from './ranges';
export { arrangeViews, compareScenes, pickSceneToCompare, registerScene, sceneOnStage } from './scenes';
export * from './hub';
export * from './models-place';
export * from './search';
export * from './servers';
export * from './serving';
export {
  changeSampling,
  changeSettings,
  chooseStart,
  closeDialog,
  copyDiagnostics,
  forgetFeatures,
  listBackups,
  loadModelAnyway,
  makeBackup,
  memoryUse,
  openDialog,
  openLink,
  pickModel,
  readHappened,
  restoreBackup,
  returnToBundledModel,
  showLog,
  tryDevices,
} from './settings';
export * from './sources';
export {
  SETTINGS_SECTIONS,
  useStore,
  type AppStore,
  type Edit,
  type Exported,
  type LiveAnswer,
  type OpenDialog,
  type Proposal,
  type SettingsSection,
  type Taken,
  type Thumb,
  type Toast,
  type VideoFacts,
} from './store';
export * from './tray';
export { redo, undo, undoRemoval } from './undo';
export * from './video';
export { pictureOf } from './video-facts';
