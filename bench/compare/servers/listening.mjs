// What every server of the bench shares: where it listens, and how the bench asks it things.

export const port = Number(process.env.PORT);
export const databaseUrl = process.env.DATABASE_URL;
export const sqliteFile = process.env.SQLITE_FILE;
export const secret = 'a secret for the bench, which is long enough';

/** What a provider would send to a phone goes to the bench, which plays the phone. */
export const sendOTP = ({ phoneNumber, code }) => {
  process.send({ phoneNumber, code });
};

/** Tells the bench that requests are served; answers what it asks from then on. */
export function listening() {
  process.on('message', (question) => {
    if (question === 'memory') process.send({ memory: process.memoryUsage().rss });
  });
  process.on('disconnect', () => process.exit());
  process.send({ listening: true });
}
