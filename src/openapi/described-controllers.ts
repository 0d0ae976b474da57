import type { Dialect } from '../options/dialect.js';
import type { DescribedController } from './route-description.js';
import { ACCOUNT_ROUTES } from './routes/account.js';
import { KAVACHOS_ROUTES } from './routes/kavachos.js';
import { NODE_AUTH_ROUTES } from './routes/node-auth.js';
import { OPERATIONS_ROUTES } from './routes/operations.js';
import { PHONE_NUMBER_ROUTES } from './routes/phone-number.js';
import { SECOND_FACTOR_ROUTES } from './routes/second-factor.js';
import { SESSION_ROUTES } from './routes/sessions.js';

const DIALECT_ROUTES: Record<Dialect, readonly DescribedController[]> = {
  kavachos: KAVACHOS_ROUTES,
  'node-auth': NODE_AUTH_ROUTES,
};

/** Every controller that there is. */
export const DESCRIBED_CONTROLLERS: readonly DescribedController[] = [
  ...PHONE_NUMBER_ROUTES,
  ...SECOND_FACTOR_ROUTES,
  ...SESSION_ROUTES,
  ...ACCOUNT_ROUTES,
  ...OPERATIONS_ROUTES,
  ...Object.values(DIALECT_ROUTES).flat(),
];
