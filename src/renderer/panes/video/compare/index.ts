export { CompareBar } from './CompareBar';
export { TakeMenu } from './TakeMenu';
export { SecondTake } from './SecondTake';
