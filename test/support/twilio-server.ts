import {
  FakeSmsProvider,
  type ProviderAnswer,
  type ProviderDialect,
  type ProviderRequest,
} from 'nestjs-phone-auth/testing';

const RESOURCE = /^\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})\/(Messages|Calls)\.json$/;

/** User name to password, as in Basic auth: an account with its token, or an API key with its secret. */
export type TwilioCredentials = Readonly<Record<string, string>>;

export const accountOf = ({ path }: ProviderRequest) => RESOURCE.exec(path)?.[1];

/** Twilio's error resource. Like the real one, it repeats what it was given. */
export const refused =
  (status: number, code: number) =>
  ({ fields }: ProviderRequest): ProviderAnswer => ({
    status,
    body: {
      code,
      message: `The 'To' number ${String(fields['To'])} is refused; the message was ${String(fields['Body'])}`,
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status,
    },
  });

/** Accepted, and known already to fail. */
export const createdAsFailed =
  (code: number) =>
  ({ fields }: ProviderRequest): ProviderAnswer => ({
    status: 201,
    body: { sid: `SM${'0'.repeat(32)}`, status: 'failed', body: fields['Body'], error_code: code },
  });

function created(request: ProviderRequest): ProviderAnswer {
  const { path, fields } = request;
  const common = { account_sid: accountOf(request), to: fields['To'], from: fields['From'] ?? null };
  if (path.endsWith('/Calls.json')) {
    return { status: 201, body: { ...common, sid: `CA${'0'.repeat(32)}`, status: 'queued', price: null } };
  }
  return {
    status: 201,
    body: {
      ...common,
      sid: `SM${'0'.repeat(32)}`,
      status: fields['MessagingServiceSid'] ? 'accepted' : 'queued',
      messaging_service_sid: fields['MessagingServiceSid'] ?? null,
      body: fields['Body'],
      price: null,
      price_unit: 'USD',
      error_code: null,
      error_message: null,
    },
  };
}

/** What is wrong with a request before anybody looks at the message. */
function faultIn(request: ProviderRequest, credentials: TwilioCredentials): ProviderAnswer | undefined {
  const { method, path, fields, headers } = request;
  const error = (status: number, code: number, message: string) => ({
    status,
    body: { code, message, status },
  });
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  if (method !== 'POST' || !accountOf(request))
    return error(404, 20404, 'The requested resource was not found');
  if (!userOf(request, credentials)) return error(401, 20003, 'Authenticate');
  if (!isForm || !fields['To']) return error(400, 21604, "A 'To' phone number is required.");
  if (!fields['From'] && !fields['MessagingServiceSid'])
    return error(400, 21603, "A 'From' phone number is required.");
  const content = path.endsWith('/Calls.json') ? fields['Twiml'] : (fields['Body'] ?? fields['ContentSid']);
  return content ? undefined : error(400, 21602, 'Message body is required.');
}

/** The user, where name and password belong together. */
export function userOf({ headers }: ProviderRequest, credentials: TwilioCredentials): string | undefined {
  const [scheme, value = ''] = (headers.authorization ?? '').split(' ');
  const [username = '', password] = Buffer.from(value, 'base64').toString().split(':');
  return scheme === 'Basic' && password && credentials[username] === password ? username : undefined;
}

/** Messages and calls as Twilio's API has them, for the real SDK. */
export const twilioDialect = (credentials: TwilioCredentials): ProviderDialect => ({
  accepts: created,
  refuses: refused(400, 21_211),
  checks: (request) => faultIn(request, credentials),
});

export const startTwilio = (credentials: TwilioCredentials) =>
  FakeSmsProvider.start(twilioDialect(credentials));

/** The last message to a number. */
export function lastTo(twilio: FakeSmsProvider, phoneNumber: string): ProviderRequest {
  const last = twilio.requests.findLast(({ fields }) => fields['To'] === phoneNumber);
  if (!last) throw new Error(`Twilio was not asked to send anything to ${phoneNumber}`);
  return last;
}
