import { after } from './after.js';
import type { LoginAnswer, NodeAuthProfile, SuccessAnswer } from './answers.js';
import type { ClientSession } from './client-session.js';
import type { NodeAuthCalls } from './client.js';
import type { AccountInput } from './inputs.js';
import type { Transport } from './transport.js';

/** The calls of node-auth's client, which hand over one thing after the other. */
export function nodeAuthCalls<Fields extends object>(
  http: Transport,
  own: ClientSession,
): NodeAuthCalls<Fields> {
  const begun = () => own.begun();
  return {
    login: (input, call) =>
      after(http.post<LoginAnswer>('login', input, call), (answer) =>
        answer.requiresTwoFactor ? undefined : begun(),
      ),

    sendSmsLogin: (who, call) => http.post<SuccessAnswer>('sms/send', named(who), call),

    verifySmsLogin: (who, code, call) =>
      after(http.post<SuccessAnswer>('sms/verify', { ...named(who), code }, call), begun),

    sendSms: (tempToken, call) => http.post<SuccessAnswer>('sms/send', { mode: '2fa', tempToken }, call),

    validateSms: (tempToken, code, call) =>
      after(http.post<SuccessAnswer>('sms/verify', { mode: '2fa', tempToken, code }, call), begun),

    addPhone: (phoneNumber, code, call) =>
      after(http.post<SuccessAnswer>('add-phone', { phoneNumber, code }, call), () =>
        code === undefined ? undefined : own.changed(),
      ),

    me: (call) => http.get<NodeAuthProfile<Fields>>('me', 'object', call),

    refresh: () => http.refresh(),

    logout: async (call) => {
      // a browser has dropped the access token's cookie by now, or may have: the server has to see which session ends
      if (http.pairs.areInCookies) await http.refresh();
      return after(http.post<SuccessAnswer>('logout', await http.pairs.body(), call), async () => {
        await http.pairs.forget();
        await own.ended();
      });
    },
  };
}

/** node-auth's callers hand over a text: an address has an @, and an id has none. */
function named(who: string | AccountInput): AccountInput {
  if (typeof who !== 'string') return who;
  return who.includes('@') ? { email: who } : { userId: who };
}
