import { CODE_PURPOSES, type CodePurpose } from '../options/code-purpose.js';
import type { Database, Names } from '../persistence/database.js';
import { joined, type Sql, sql } from '../persistence/sql.js';
import type { E164 } from '../phone/e164.js';
import { PhoneAuthCode } from './code.entity.js';

/** Which row: there is one per purpose and number. */
export interface CodeKey {
  readonly purpose: CodePurpose;
  readonly phoneNumber: E164;
}

const COLUMNS = [
  'purpose',
  'phoneNumber',
  'id',
  'mac',
  'attempts',
  'expiresAt',
  'requestedBy',
  'sealed',
  'messageId',
  'replacedId',
  'replacedMac',
  'replacedAttempts',
  'replacedExpiresAt',
  'replacedRequestedBy',
] as const;

export type CodeTable = Names<(typeof COLUMNS)[number]>;

export const codeTable = (db: Database): CodeTable => db.names(PhoneAuthCode, COLUMNS);

/** The condition that a row is the one of a key. */
export const isRowOf = (c: CodeTable, { purpose, phoneNumber }: CodeKey): Sql =>
  sql`${c.purpose} = ${purpose} AND ${c.phoneNumber} = ${phoneNumber}`;

/** The condition that a row is one of a number's, whatever its purpose: written out, as the key begins with it. */
export const isOfNumber = (c: CodeTable, phoneNumber: E164): Sql =>
  sql`${c.purpose} IN (${EVERY_PURPOSE}) AND ${c.phoneNumber} = ${phoneNumber}`;

const EVERY_PURPOSE = joined(CODE_PURPOSES.map((purpose) => sql`${purpose}`));
