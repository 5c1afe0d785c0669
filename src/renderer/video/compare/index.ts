export { CompareBar } from './CompareBar';
export { CompareMenu } from './CompareMenu';
export { SecondTake } from './SecondTake';
