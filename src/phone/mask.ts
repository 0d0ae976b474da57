/** A number for logs and events: its first and its last two characters (R62). */
export function maskPhoneNumber(phoneNumber: string): string {
  return phoneNumber.slice(0, 2) + '*'.repeat(Math.max(0, phoneNumber.length - 4)) + phoneNumber.slice(-2);
}
