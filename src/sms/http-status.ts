import type { SendFault } from './send-result.js';

/** Whose fault an answer of 400 and more is, where the provider does not say more. */
export function faultOf(status: number): SendFault {
  const ours = [401, 402, 407, 408, 429];
  return status >= 500 || ours.includes(status) ? 'provider' : 'message';
}

/** Whether a refusal says that the message was not taken. 504 does not: a proxy gave up waiting, not the provider. */
export const isCertain = (status: number): boolean => status !== 504;
