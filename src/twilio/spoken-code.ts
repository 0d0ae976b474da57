import twilio from 'twilio';

/** A voice takes 048213 for a number of six digits unless they stand apart. */
export function spokenCode(text: string, code: string, language: string): string {
  const response = new twilio.twiml.VoiceResponse();
  const sentence = text.replaceAll(code, code.split('').join(', '));
  // who is called needs a moment to find a pen
  for (const pause of [1, 2]) {
    response.pause({ length: pause });
    // the SDK's list of languages is behind Twilio's
    response.say({ language: language as 'en-US' }, sentence);
  }
  return response.toString();
}
