// SPDX-License-Identifier: Apache-2.0
/** The data sets of each category, by the names that the published scorer gives them. */
export const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  spot_the_diff: ['Spot-the-Diff', 'Birds-to-Words', 'CLEVR-Change'],
  image_edit_instruct: ['IEdit', 'HQ-Edit', 'MagicBrush'],
  visual_story_telling: ['AESOP', 'FlintstonesSV', 'PororoSV', 'VIST'],
  visual_cloze: ['COMICS_Dialogue', 'RecipeQA_VisualCloze'],
  text_rich_vqa: ['WebQA', 'TQA', 'OCR-VQA', 'DocVQA'],
  multi_image_vqa: ['MIT-States_StateCoherence', 'MIT-States_PropertyCoherence', 'VISION', 'RecipeQA_ImageCoherence'],
  puzzle: ['RAVEN'],
  nlrv2: ['NLVR2_Mantis'],
  qbench: ['QBench'],
};

/** Data sets of the benchmark outside of its nine categories. */
const OTHERS = [
  'MathVerse',
  'SciVerse',
  'Mantis',
  'BLINK',
  'ScanQA',
  'ALFRED',
  'nuscenes',
  'ScanNet_chat',
  'ScanNet_task',
];
const KNOWN = new Set([...Object.values(CATEGORIES).flat(), ...OTHERS]);

/** Whether a data set is one of the benchmark's. */
export const isKnownDataset = (name: string): boolean => KNOWN.has(name);

/** The categories and data sets of which the paper gives an average. */
export const AVERAGES: Readonly<Record<string, readonly string[]>> = {
  'in-domain average': Object.keys(CATEGORIES),
  'multi-view average': ['ScanQA', 'ALFRED', 'nuscenes', 'ScanNet_chat', 'ScanNet_task'],
};
