// The sentinel: every 30 s one tab of the browser asks whether live updates, n8n and the session
// work. What it finds reaches all tabs as the frame `connection.checked`.

const EVERY = 30_000;
const AGAIN = 2_000; // once, before a server that does not answer is called so
const PATIENCE = 5_000;

/** `url` answers with a ConnectionHealthState. */
export function guard(socket, url) {
  let due = 0;
  let found = {};
  let link = {};

  socket.addEventListener("frame", ({ detail: { type, data } }) => {
    if (type !== "connection.checked") return;
    due = Date.now() + EVERY; // whichever tab asked
    found = data;
  });

  socket.addEventListener("state", ({ detail: now }) => {
    const changed = now.open !== link.open || now.failures !== link.failures;
    if (changed && (now.open ? found.server : now.failures === 3)) due = 0;
    link = now;
  });

  setInterval(async () => {
    if (!socket.leads || link.offline || Date.now() < due) return;
    due = Date.now() + EVERY;
    const data = await check(url);
    if (!socket.leads) return;
    tell(found, data);
    socket.share({ type: "connection.checked", data });
  }, 1000);
}

/** What the server finds, or `{server: "unreachable", cause}`. */
async function check(url) {
  try {
    return await ask(url);
  } catch {
    await new Promise((done) => setTimeout(done, AGAIN));
    return ask(url).catch((error) => ({ server: "unreachable", cause: String(error) }));
  }
}

async function ask(url) {
  const headers = { Accept: "application/json" };
  const answer = await fetch(url, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status >= 500) throw new Error(`HTTP ${answer.status}`);
  return answer.ok ? answer.json() : {}; // it works, and has nothing to say to this caller
}

function well({ server, realtime, n8n, session }) {
  return !server && realtime !== "error" && n8n !== "unreachable" && session !== "expired";
}

function tell(before, now) {
  if (JSON.stringify(before) === JSON.stringify(now) || (well(before) && well(now))) return;
  const event = well(now) ? "connection.recovered" : "connection.degraded";
  console[well(now) ? "info" : "warn"](JSON.stringify({ event, at: new Date().toISOString(), ...now }));
}
