// The role audit follows what happens: the newest page by itself, an older one by a word.

import { toast } from "../orchestrator/page.js";
import { bar, socket } from "../workspaces/bar.js";
import { put, read, whenMissed } from "./fragment.js";

const AGAIN = 5000; // ms after a failure
const EVERY = 30_000; // where no socket tells of the changes: of all workspaces
const TOLD = ["member.changed", "member.removed"];
const words = JSON.parse(document.getElementById("rbac-words").textContent);
const place = document.querySelector("[data-audit]");
const isNewest = () => place.querySelector(".audit")?.dataset.newest !== "false";
let soon = null;
let failed = false;

async function refresh() {
  soon = null;
  const news = await read(location.href);
  if (!news && !failed) toast(words.refreshFailed, "error");
  failed = !news;
  if (news) put(place, news);
  else soon = setTimeout(refresh, AGAIN);
}

function changed() {
  if (!isNewest()) document.querySelector("[data-news]").hidden = false;
  else soon ??= setTimeout(refresh, 200);
}

socket.addEventListener("frame", ({ detail: frame }) => TOLD.includes(frame.type) && changed());
if (bar.dataset.workspaceId) whenMissed(() => isNewest() && changed());

let seen = Date.now();
const look = () => {
  if (document.hidden || !isNewest() || Date.now() - seen < EVERY) return;
  seen = Date.now();
  changed();
};
if (!bar.dataset.workspaceId) setInterval(look, 1000);
document.addEventListener("visibilitychange", look);
