export * from './asking';
export * from './backups';
export { boot } from './boot';
export { pointAtCited, showCited } from './cited';
export { attempt, bridge, take } from './bridge';
export { redoChange, setSetup, undoChange } from './made';
export * from './denser';
export { leaveEditing, setDraft } from './draft';
export * from './export';
export * from './happened';
export { exportViews } from './export-views';
export { useNumbers } from './numbers';
export * from './project';
export * from './samples';
export { registerScene, sceneOnStage } from './scene-on-stage';
export * from './segments';
export * from './settings';
export * from './sources';
export {
  useStore,
  type AppStore,
  type Exported,
  type LiveAnswer,
  type OpenDialog,
  type Proposal,
  type Taken,
  type Thumb,
  type Toast,
  type VideoFacts,
} from './store';
export { pictureOf } from './thumbnails';
export * from './tray';
export {
  compareWith,
  moveOffset,
  pairCount,
  pickAnother,
  pickToCompare,
  samplePairs,
  setArrangement,
  setOffset,
} from './compare';
export { overlap } from './pairs';
export { arrangeViews, compareScenes, pickSceneToCompare } from './compare-scenes';
export { chooseVideo, pickSubtitles, videoSetup } from './video-setup';
export { dismissToast, notify } from './toasts';
export * from './video';
export { closeDialog, openDialog } from './dialogs';
