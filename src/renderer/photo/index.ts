export { PhotoPane } from './PhotoPane';
