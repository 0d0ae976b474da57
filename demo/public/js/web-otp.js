/** Asks the browser for the code in the next message (WebOTP), where it can; resolves to `undefined` otherwise. */
export async function codeFromMessage(signal) {
  if (!('OTPCredential' in globalThis)) return undefined;
  try {
    const credential = await navigator.credentials.get({ otp: { transport: ['sms'] }, signal });
    return credential?.code;
  } catch {
    // aborted, refused or not for this device: the person types the code, as everybody else does
    return undefined;
  }
}
