import type { PhoneAuthEvent } from 'nestjs-phone-auth';

/** An `onEvent` that keeps the events of a suite's subject. */
export const keeping =
  (events: PhoneAuthEvent[], ...types: PhoneAuthEvent['type'][]) =>
  (event: PhoneAuthEvent) => {
    if (types.includes(event.type)) events.push(event);
  };
