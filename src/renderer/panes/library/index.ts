// SPDX-License-Identifier: Apache-2.0
export { Library } from './Library';
