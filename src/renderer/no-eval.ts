// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** Must be imported first: zod would otherwise try `new Function`, which the page's policy refuses and reports. */
z.config({ jitless: true });
