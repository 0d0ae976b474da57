/** A field's name as an error may repeat it: what a client sends as a name can be anything, and of any length. */
export function fieldName(name: string): string {
  return /^\w{1,64}$/.test(name) ? name : '?';
}
