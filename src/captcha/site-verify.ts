import { isIP } from 'node:net';
import type { ChallengeInput } from '../options/options.js';

/** No verdict of any provider is longer; a page of HTML may be. */
const LONGEST_ANSWER = 16_384;

/** Codes that speak of the host's set-up or of the provider's own trouble, and so say nothing about the client. */
const NO_VERDICT = [
  'missing-input-secret',
  'invalid-input-secret',
  'sitekey-secret-mismatch',
  'missing-sitekey',
  'invalid-sitekey',
  'bad-request',
  'internal-error',
];

/** What the provider says, with the fields that only some providers have. */
export interface Verdict {
  readonly success: boolean;
  readonly hostname?: unknown;
  readonly action?: unknown;
  readonly score?: unknown;
}

/** Where to ask, and what goes along beside the token. */
export interface SiteVerifyRequest {
  readonly endpoint: string;
  readonly form: Readonly<Record<string, string>>;
}

/**
 * Asks a provider about a token, in the form that Turnstile, hCaptcha and reCAPTCHA share: a form goes out, JSON comes
 * back. Nothing but `"success": true` in a good answer is a yes (R8).
 *
 * @throws Error where there was no verdict: no answer, a broken or strange one, or one about our own set-up. It holds
 * neither the secret nor the token.
 */
export async function siteVerify(
  { endpoint, form }: SiteVerifyRequest,
  { token, ipAddress, signal }: ChallengeInput,
): Promise<Verdict> {
  const remoteip = plainAddress(ipAddress);
  const response = await fetch(endpoint, {
    method: 'POST',
    body: new URLSearchParams({ ...form, response: token, ...(remoteip && { remoteip }) }),
    headers: { accept: 'application/json' },
    // the secret goes to nobody else
    redirect: 'error',
    signal,
  }).catch((error: unknown) => {
    throw new Error(`the provider was not reached (${codeOf(error)})`);
  });

  const text = await read(response).catch((error: unknown) => {
    throw new Error(`the provider's answer broke off (${codeOf(error)})`);
  });
  const answer = parse(text);
  const isVerdict = answer !== undefined && typeof answer['success'] === 'boolean';
  if (!isVerdict || (answer['success'] && !response.ok)) {
    throw new Error(`the provider answered ${response.status} without a verdict`);
  }
  const faults = errorCodes(answer['error-codes']).filter((code) => NO_VERDICT.includes(code));
  if (faults.length > 0) throw new Error(`the provider answered ${faults.join(', ')}`);
  return answer as Record<string, unknown> & Verdict;
}

/** An IPv4 address behind a dual-stack socket is an IPv4 address; what is none is left out, as providers refuse it. */
function plainAddress(ipAddress: string): string | undefined {
  const address = ipAddress.replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(address) ? address : undefined;
}

/** What is too long is no verdict and not read to its end: leaving the loop closes the connection. */
async function read(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LONGEST_ANSWER) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function errorCodes(codes: unknown): string[] {
  return Array.isArray(codes) ? codes.filter((code) => typeof code === 'string') : [];
}

/** `ECONNREFUSED` and the like, which fetch hides in the cause. */
function codeOf(error: unknown): string {
  const { name, cause } = error as { name?: unknown; cause?: { code?: unknown } | null };
  return String(cause?.code ?? name);
}
