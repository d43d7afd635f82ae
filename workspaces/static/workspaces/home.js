// The page of all my workspaces: frames in, each row kept true in place, the worst first.

import { count, fill, leaveFor, plain, say, setAge, toast } from "../orchestrator/page.js";
import { bar, beat, faces, older, paintCounts, setFace, setText, showHealth, socket } from "./bar.js";

const list = document.querySelector("[data-workspaces]"); // none where there is none to list
const words = list && JSON.parse(document.getElementById("overview-words").textContent);
const blank = document.querySelector("[data-blank]");
const WORST_FIRST = ["error", "stale", "syncing", "live"];
const needsOne = (status) => status === "error" || status === "stale";
const rowsOf = () => [...list.querySelectorAll("[data-workspace-id]")];
const rowOf = (id) => list.querySelector(`[data-workspace-id="${CSS.escape(id)}"]`);
const nameOf = (row) => row.querySelector("[data-name]").textContent;
const closed = [...document.querySelectorAll("[data-closed-id]")].map(({ dataset }) => dataset.closedId);
const isOpen = ({ needsSecondFactor }) => !needsSecondFactor;
const latest = new Map(); // the newest state of each, for rows that come after it
let complete = !list?.hasAttribute("data-partial"); // each of mine has its row

const takes = {
  snapshot: takeHealth,
  "health.changed": takeHealth,
  "workspaces.changed": takeNames,
  "permissions.changed": takeRights,
};

socket.addEventListener("frame", ({ detail: frame }) => {
  if (frame.type === "workspaces.changed" && isOther(frame.data.workspaces)) location.reload();
  else if (list) takes[frame.type]?.(frame);
  else if (frame.data?.workspaces?.some(isOpen)) location.reload(); // the first one
});

/** Another one needs a second factor, or none any more: the server renders how that looks. */
function isOther(workspaces) {
  const now = workspaces.filter((row) => !isOpen(row)).map(({ id }) => id);
  return now.length !== closed.length || now.some((id) => !closed.includes(id));
}

// How they are

function takeHealth({ workspaceId: id, version, data }) {
  if (!data.status) return ask(id); // the id alone was sent: rights of one's own
  latest.set(id, { version, data });
  const row = rowOf(id);
  if (!row || older(row, version)) return;
  paint(row, data, version);
  countSoon();
  settleSoon();
}

async function ask(id) {
  const headers = { Accept: "application/json" };
  const answer = await fetch(`/api/workspaces/${id}/health`, { headers, cache: "no-cache" }).catch(() => null);
  if (!answer?.ok) return;
  const data = await answer.json();
  takeHealth({ workspaceId: id, version: data.stateVersion, data });
}

function paint(row, { status, campaigns, connections, suspendedAt }, version) {
  const news = row.dataset.status && needsOne(row.dataset.status) !== needsOne(status);
  row.dataset.status = status;
  row.dataset.stateVersion = version;
  row.dataset.n8n = connections.n8n;
  const pulse = row.querySelector(".pulse");
  setText(pulse.querySelector("[data-word]"), faces[status]);
  if (setFace(pulse, status)) beat(pulse);
  const line = row.querySelector("[data-line]");
  line.dataset.face = status;
  setText(line, lineOf(status, campaigns));
  paintCounts(row, campaigns.byStatus);
  row.querySelector("[data-unreachable]").hidden = connections.n8n === "ok";
  row.querySelector("[data-suspended]").hidden = !suspendedAt;
  row.querySelector("[data-sandbox]").hidden = !connections.sandbox;
  paintAge(row.querySelector("[data-age]"), connections);
  if (news) said.push(`${nameOf(row)}: ${line.textContent}`);
}

function lineOf(status, { total, byStatus }) {
  if (!total) return words.noCampaigns;
  if (status === "live" && byStatus.live < total) return words.butPaused;
  return count(words.lines[status], total, { n: byStatus[status], total });
}

/** Who may not see times is told none. */
function paintAge(place, { lastSyncAt }) {
  if (!lastSyncAt) return setText(place, lastSyncAt === null ? words.neverSynced : "");
  let time = place.querySelector("time");
  if (!time) {
    time = document.createElement("time");
    time.dataset.ago = "";
    place.replaceChildren(`${words.synced} `, time);
  }
  if (time.dateTime !== lastSyncAt) setAge(time, lastSyncAt);
}

// All of them: the sentence on top, the bar, the tab

const said = []; // to be told once the bar has spoken
let counting;

function countSoon() {
  counting ??= setTimeout(() => {
    counting = undefined;
    if (complete) countAll();
    if (said.length) say(said.splice(0).join(". "));
  }, 30);
}

function countAll() {
  const byStatus = Object.fromEntries(WORST_FIRST.map((status) => [status, 0]));
  const n8n = new Set();
  for (const { dataset } of rowsOf()) {
    byStatus[dataset.status] += 1;
    n8n.add(dataset.n8n);
  }
  const status = WORST_FIRST.find((each) => byStatus[each]);
  if (!status) return;
  showHealth({ status, campaigns: { byStatus }, connections: { n8n: n8n.size > 1 ? "partly" : [...n8n][0] } }, "");
  const place = document.querySelector("[data-verdict-face]");
  setFace(place, status);
  setText(place.querySelector("[data-verdict]"), verdictOf(byStatus));
  setText(place.querySelector("[data-rest]"), restOf(byStatus));
  showFound();
}

const all = (byStatus) => Object.values(byStatus).reduce((sum, n) => sum + n, 0);

function verdictOf(byStatus) {
  const [needing, total] = [byStatus.error + byStatus.stale, all(byStatus)];
  if (!needing) return count(words.allFine, total, { total });
  return total === 1 ? words.onlyOne : count(words.need, needing, { total });
}

function restOf(byStatus) {
  const [needing, working] = [byStatus.error + byStatus.stale, byStatus.syncing];
  const fine = all(byStatus) - needing;
  const parts = needing && fine ? [count(words.fine, fine)] : [];
  if (working) parts.push(count(words.working, working));
  return parts.join(" · ") || (needing ? "" : words.atRest);
}

// Which they are

function takeNames({ data }) {
  const workspaces = data.workspaces.filter(isOpen);
  const left = new Map(rowsOf().map((row) => [row.dataset.workspaceId, row]));
  for (const named of workspaces) {
    const row = left.get(named.id) ?? arrive(named);
    left.delete(named.id);
    paintName(row, named);
  }
  if (!workspaces.length) return leaveFor("/", fill(words.removed, { workspace: nameOf(rowsOf()[0]) }));
  for (const row of left.values()) leave(row);
  complete = true;
  hideOthers();
  countSoon();
  settleSoon();
}

function paintName(row, { name, slug, role }) {
  setText(row.querySelector("[data-name]"), name);
  row.querySelector("[data-row-link]").href = `/w/${slug}/`;
  setText(row.querySelector("[data-role]"), words.roles[role]);
}

/** Last, so that nothing moves; its place it gets with the others. */
function arrive({ id, name }) {
  const row = blank.content.firstElementChild.cloneNode(true);
  row.dataset.workspaceId = id;
  list.append(row);
  const known = latest.get(id);
  if (known) paint(row, known.data, known.version);
  if (complete) toast(fill(words.added, { workspace: name }));
  return row;
}

/** While somebody is in the list a gap stays, so that nothing moves under them. */
function leave(row) {
  if (row.contains(document.activeElement)) {
    const links = [...list.querySelectorAll(".workspace:not([hidden]) [data-row-link]")];
    const at = links.findIndex((link) => row.contains(link));
    (links[at + 1] ?? links[at - 1] ?? document.getElementById("workspaces-title")).focus();
  }
  latest.delete(row.dataset.workspaceId);
  toast(fill(words.removed, { workspace: nameOf(row) }), "stale");
  const gap = document.createElement("li");
  gap.className = "workspace-gap";
  gap.ariaHidden = "true";
  row.replaceWith(gap);
}

/** The times in it are a matter of rights. */
function takeRights({ workspaceId }) {
  const row = rowOf(workspaceId);
  if (!row) return;
  row.querySelector("[data-age]").replaceChildren();
  toast(fill(words.roleChanged, { workspace: nameOf(row) }), "stale");
  ask(workspaceId);
}

// The order: it waits until neither pointer nor focus is in the list

const SOON = 200;
const BETWEEN = 5000; // where only runs that come and go would move rows
const still = matchMedia("(prefers-reduced-motion: reduce)");
const hovers = matchMedia("(hover: hover)"); // else what was touched last counts as hovered
let touched = false;
let settling = {};

const occupied = () =>
  touched || (hovers.matches && list.matches(":hover")) || list.contains(document.activeElement);

const urgency = ({ dataset }) => (needsOne(dataset.status) ? WORST_FIRST.indexOf(dataset.status) : 2);

function settleSoon() {
  const rows = [...list.children];
  const calm = rows.every((row, at) => row.dataset.workspaceId && (!at || urgency(rows[at - 1]) <= urgency(row)));
  const wait = calm ? BETWEEN : SOON;
  if (settling.wait <= wait) return;
  clearTimeout(settling.timer);
  settling = { wait, timer: setTimeout(settle, wait) };
}

function settle() {
  settling = {};
  if (occupied()) return; // who leaves it asks again
  const before = new Map(rowsOf().map((row) => [row, row.offsetTop]));
  for (const gap of list.querySelectorAll(".workspace-gap")) gap.remove();
  putInOrder();
  part();
  if (still.matches) return;
  for (const [row, top] of before) {
    const moved = top - row.offsetTop;
    if (moved) row.animate({ translate: [`0 ${moved}px`, "0 0"] }, { duration: 320, easing: "ease-in-out" });
  }
}

/** Touches no more rows than it must: what is not moved keeps its animation and its place. */
function putInOrder() {
  const places = new Map(rowsOf().map((row) => [row, placeOf(row)]));
  let at = list.firstElementChild;
  for (const row of [...places.keys()].sort((a, b) => compare(places.get(a), places.get(b)))) {
    if (at !== row && at?.nextElementSibling === row) {
      list.append(at);
      at = row;
    }
    if (at === row) at = row.nextElementSibling;
    else list.insertBefore(row, at);
  }
}

/** As workspaces/overview.py has it. */
function placeOf(row) {
  const name = nameOf(row).normalize("NFKD").toLowerCase();
  return [WORST_FIRST.indexOf(row.dataset.status), name, row.dataset.workspaceId];
}

function compare(one, other) {
  const at = one.findIndex((part, n) => part !== other[n]);
  return at < 0 ? 0 : one[at] < other[at] ? -1 : 1;
}

/** A gap between those that need somebody and the rest. */
function part() {
  const shown = rowsOf().filter((row) => !row.hidden);
  const at = shown.findIndex(({ dataset }) => !needsOne(dataset.status));
  for (const row of shown) row.toggleAttribute("data-parted", at > 0 && row === shown[at]);
}

// Search as one types; the address says the same

const search = document.querySelector("[data-search]");

function hideOthers() {
  const sought = plain(search.elements.search.value).split(/\s+/);
  for (const row of rowsOf()) {
    const name = plain(nameOf(row));
    row.hidden = !sought.every((word) => name.includes(word));
  }
}

function showFound() {
  const sought = search.elements.search.value.trim();
  const total = complete ? rowsOf().length : Number(bar.dataset.total);
  const n = rowsOf().filter((row) => !row.hidden).length;
  setText(document.querySelector("[data-found]"), sought && count(words.found, total, { n, total }));
  setText(document.querySelector("[data-sought]"), sought);
  document.querySelector("[data-none-found]").hidden = n > 0;
}

function seek() {
  const sought = search.elements.search.value.trim();
  const url = new URL(location.href);
  url.search = sought && new URLSearchParams({ search: sought });
  history.replaceState(history.state, "", url);
  hideOthers();
  part();
  showFound();
}

function begin() {
  addEventListener("permissions-changed", (event) => event.preventDefault());
  for (const name of ["pointerleave", "focusout"]) list.addEventListener(name, settleSoon);
  list.addEventListener("pointerdown", () => (touched = true));
  for (const name of ["pointerup", "pointercancel"]) {
    addEventListener(name, () => {
      touched = false;
      settleSoon();
    });
  }
  search.addEventListener("input", seek);
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector(".workspace:not([hidden]) [data-row-link]")?.focus();
  });
  document.querySelector("[data-show-all]").addEventListener("click", (event) => {
    if (!complete) return;
    event.preventDefault();
    search.elements.search.value = "";
    search.elements.search.focus();
    seek();
  });
}

if (list) begin();
