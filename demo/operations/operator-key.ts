import { randomBytes } from 'node:crypto';

/** Who shows it may change the settings. Made anew for each start, unless the environment says one. */
export const operatorKey = process.env['DEMO_OPERATOR_KEY'] ?? randomBytes(24).toString('base64url');
