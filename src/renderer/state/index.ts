export * from './asking';
export * from './settings';
export { boot } from './boot';
export { pointAtCited, showCited } from './asking';
export { attempt, bridge, take } from './bridge';
export { redoChange, setSetup, undoChange } from './history';
export * from './video';
export { leaveEditing, setDraft } from './project';
export * from './export';
export { exportViews } from './export';
export { useNumbers } from './tray';
export * from './project';
export * from './sources';
export { registerScene, sceneOnStage } from './scenes';
export * from './ranges';
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
export { pictureOf } from './video-facts';
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
export { overlap } from './compare';
export { arrangeViews, compareScenes, pickSceneToCompare } from './scenes';
export { chooseVideo, pickSubtitles, videoSetup } from './sources';
export { dismissToast, notify } from './notices';
export { closeDialog, openDialog } from './settings';
