// SPDX-License-Identifier: Apache-2.0
export { CompareBar } from './CompareBar';
export { TakeMenu } from './TakeMenu';
export { SecondTake } from './SecondTake';
