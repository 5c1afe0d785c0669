// SPDX-License-Identifier: Apache-2.0
import { serveSubject } from '../../bench/src';

/** The process of one of the programs that `bench speed` compares. `bench speed` starts it. */
serveSubject();
