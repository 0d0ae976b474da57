// What people do: ask for a code, give it back, look who they are three times.

let people = 0;

/** Somebody with a number and an address that nobody had before. */
export function somebody() {
  people += 1;
  // neighbours in time are far apart in the plan, as callers are
  const digits = String(2_000_000 + ((people * 104_729) % 8_000_000));
  return {
    phoneNumber: `+1202${digits}`,
    from: `${11 + (people % 80)}.${(people >> 14) % 256}.${(people >> 6) % 256}.${people % 64}`,
  };
}

async function call(server, path, { method, from, body, headers }) {
  const answer = await server.http.request({
    path,
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), 'x-forwarded-for': from, ...headers },
    body: body && JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200)
    throw new Error(`${path} answered ${answer.statusCode}: ${text.slice(0, 200)}`);
  return { headers: answer.headers, text };
}

export const send = (server, { phoneNumber, from }) =>
  call(server, '/auth/phone-number/send-otp', { method: 'POST', from, body: { phoneNumber } });

/** Leaves the session with the person. */
export async function verify(server, person) {
  const { phoneNumber, from } = person;
  const body = { phoneNumber, code: await server.codeOf(phoneNumber) };
  const { headers } = await call(server, '/auth/phone-number/verify', { method: 'POST', from, body });
  person.cookie = [headers['set-cookie']]
    .flat()
    .map((line) => line.split(';')[0])
    .join('; ');
}

export async function getSession(server, { from, cookie }) {
  const { text } = await call(server, '/auth/get-session', { method: 'GET', from, headers: { cookie } });
  if (!text.includes('"user"')) throw new Error(`get-session answered ${text}`);
}

/** A short-lived JWT for the session, and then a route that asks for one. */
export async function accessToken(server, person) {
  const { text } = await call(server, '/auth/token', {
    method: 'GET',
    from: person.from,
    headers: { cookie: person.cookie },
  });
  person.authorization = `Bearer ${JSON.parse(text).token}`;
}

export const getMine = (server, { from, authorization }) =>
  call(server, '/mine', { method: 'GET', from, headers: { authorization } });

/** So many at once, each taking the next of the list. */
export async function inTurn(list, atOnce, work) {
  const queue = list.values();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of queue) await work(item);
    }),
  );
  return performance.now() - started;
}

/** Whole flows. @returns flows per second, and the milliseconds of every request by its kind */
export async function flows(server, count, atOnce) {
  const times = { send: [], verify: [], session: [] };
  const timed = async (kind, work) => {
    const started = performance.now();
    await work();
    times[kind].push(performance.now() - started);
  };
  const took = await inTurn(Array.from({ length: count }, somebody), atOnce, async (person) => {
    await timed('send', () => send(server, person));
    await timed('verify', () => verify(server, person));
    for (let i = 0; i < 3; i += 1) await timed('session', () => getSession(server, person));
  });
  return { perSecond: (count * 1_000) / took, times };
}

/** One kind of request after the other. @returns requests per second by kind */
export async function phases(server, count, atOnce) {
  const crowd = Array.from({ length: count }, somebody);
  const rate = async (work) =>
    (count * 1_000) / (await inTurn(crowd, atOnce, (person) => work(server, person)));
  return { send: await rate(send), verify: await rate(verify), session: await rate(getSession) };
}
