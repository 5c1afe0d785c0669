// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/**
 * Must be imported first: otherwise zod tries `new Function`, which the content security policy refuses and reports.
 */
z.config({ jitless: true });
