/** Asks the browser for the code in the next message (WebOTP), where it can. */
export class MessageListener {
  #listening = new AbortController();

  /** @param onCode called with the code, unless it has stopped by then */
  async start(onCode) {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const code = await codeFromMessage(signal);
    if (code && !signal.aborted) onCode(code);
  }

  stop() {
    this.#listening.abort();
  }
}

async function codeFromMessage(signal) {
  if (!('OTPCredential' in globalThis)) return undefined;
  try {
    const credential = await navigator.credentials.get({ otp: { transport: ['sms'] }, signal });
    return credential?.code;
  } catch {
    // aborted, refused or not for this device: the person types the code, as everybody else does
    return undefined;
  }
}
