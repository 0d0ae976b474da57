/** What every event says. */
export interface EventBase {
  /** When it happened, in milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Where a message would have gone, without telling whose number it is (R62). */
export interface EventDestination {
  /** All but the last two digits hidden: `+1********23`. */
  readonly phoneNumber: string;
  /** ISO 3166-1 region of the number. */
  readonly country: string;
}
