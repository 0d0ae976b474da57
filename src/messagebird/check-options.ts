import { credential, group, origin, requireOptions, smsOrigin, text } from '../options/rules.js';

const checkMessageBird = group({
  accessKey: credential,
  originator: smsOrigin,
  reportUrl: origin,
  apiURL: origin,
});

const checkBird = group({ accessKey: credential, workspaceId: text, channelId: text, apiURL: origin });

/** @throws PhoneAuthOptionError naming the option */
export function checkMessageBirdOptions(options: object): void {
  checkMessageBird(options, 'MessageBirdSmsSender');
  requireOptions(options, 'MessageBirdSmsSender', ['accessKey', 'originator']);
}

/** @throws PhoneAuthOptionError naming the option */
export function checkBirdOptions(options: object): void {
  checkBird(options, 'BirdSmsSender');
  requireOptions(options, 'BirdSmsSender', ['accessKey', 'workspaceId', 'channelId']);
}
