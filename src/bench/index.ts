export { spread, wilson, type Spread } from './statistics';
export { table } from './table';
