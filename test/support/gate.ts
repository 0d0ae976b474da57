/** A point in the code at which a test holds one caller while another overtakes him. */
export function gate() {
  let arrive: () => void;
  let open: () => void;
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  const opened = new Promise<void>((resolve) => (open = resolve));
  return {
    /** Settles when somebody stands at the gate. */
    reached,
    /** Waits at the gate. */
    pass: (): Promise<void> => {
      arrive();
      return opened;
    },
    open: (): void => open(),
  };
}
