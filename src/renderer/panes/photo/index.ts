// SPDX-License-Identifier: Apache-2.0
export { PhotoPane } from './PhotoPane';
