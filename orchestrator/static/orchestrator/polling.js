// What a page asks for over HTTP while no socket tells it, as the frames that a socket would send.

const BATCH = 200; // ids of one question

/** `{code}` where one may not know (any more), else `{frames}`. Throws where nothing answers. */
export async function ask(url, campaigns, patience) {
  const frames = [];
  for (let from = 0; from === 0 || from < campaigns.length; from += BATCH) {
    const ids = campaigns.slice(from, from + BATCH);
    const answer = await fetch(ids.length ? `${url}?campaigns=${ids.join()}` : url, {
      headers: { Accept: "application/json" },
      cache: "no-cache",
      signal: AbortSignal.timeout(patience),
    });
    if (answer.status === 401) return { code: 4401 };
    if (answer.status === 403 && (await answer.json()).code === "mfa_required") return { code: 4403 };
    if (answer.status === 404) return { code: 4404 };
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const body = await answer.json();
    frames.push(...(body.results ? ofMine(body) : ofOne(body)));
  }
  return { frames };
}

function ofOne({ states = [], ...data }) {
  const rows = states.map((row) => ({
    type: "campaign.changed",
    subject: row.id,
    version: row.stateVersion,
    data: row,
  }));
  return [{ type: "snapshot", version: data.stateVersion, data }, ...rows];
}

/** Of `GET /api/workspaces`. Where not all fit into one page, nothing is said of who is missing. */
function ofMine({ results, next }) {
  const frames = results.filter(({ health }) => health).map(({ id, health }) => ({
    type: "snapshot",
    workspaceId: id,
    subject: id,
    version: health.stateVersion,
    data: health,
  }));
  const workspaces = results.map(({ id, name, slug, role, needsSecondFactor }) => ({ id, name, slug, role, needsSecondFactor }));
  if (!next) frames.push({ type: "workspaces.changed", data: { workspaces } });
  return frames;
}
