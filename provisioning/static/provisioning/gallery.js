// The gallery of templates: narrowed without a reload; where no server answers, the last one known.

import { setAge } from "../orchestrator/page.js";
import { end } from "../workspaces/bar.js";
import { keep, kept, read } from "./reading.js";

const SOON = 250; // ms after the last key
const AGAIN = 5000;
const gallery = document.querySelector("[data-gallery]");
const place = gallery.querySelector("[data-gallery-place]");
const form = gallery.querySelector("[data-filters]");
const notice = gallery.querySelector("[data-last-known]");
const { userId, workspaceId } = gallery.dataset;
const KEY = `gallery:${userId}:${workspaceId}`;
const query = () => new URLSearchParams(location.search);

/** The whole first page is worth keeping; what was searched is found in it again. */
function remember() {
  if (["search", "category", "page"].some((name) => query().get(name))) return;
  const copy = place.cloneNode(true);
  for (const form of copy.querySelectorAll(".withdraw")) form.remove(); // it needs a server, and holds a token
  const html = new XMLSerializer().serializeToString(copy);
  keep("localStorage", KEY, { html, at: new Date().toISOString() });
}

let asks = 0;
let again;

async function show() {
  const ask = ++asks;
  clearTimeout(again);
  const slow = setTimeout(() => (place.ariaBusy = "true"), 200);
  const found = await read(location.href);
  clearTimeout(slow);
  if (ask !== asks) return; // a later one is on its way
  place.ariaBusy = "false";
  if (found?.status === 404) return end(4404);
  if (!found?.ok) return showLastKnown();
  notice.hidden = true;
  place.replaceChildren(...document.importNode(found.body, true).childNodes);
  remember();
}

function showLastKnown() {
  again = setTimeout(show, AGAIN);
  const last = kept("localStorage", KEY);
  if (last) {
    const { body } = new DOMParser().parseFromString(last.html, "text/html");
    for (const card of body.querySelectorAll("[data-template-id]")) card.hidden = !matches(card);
    place.replaceChildren(...document.importNode(body.firstElementChild, true).childNodes);
    setAge(notice.querySelector("time"), last.at);
  }
  notice.hidden = false;
}

function matches(card) {
  const words = (query().get("search") ?? "").toLowerCase().split(/\s+/);
  const category = query().get("category");
  const text = [...card.querySelectorAll("h2, .template-about")].map((e) => e.textContent).join(" ");
  const said = text.toLowerCase();
  return (!category || card.dataset.category === category) && words.every((word) => said.includes(word));
}

// What is asked for is in the address; going back works

let typing;

function go(search, wait = 0) {
  const url = new URL(location.href);
  url.search = search;
  if (url.href === location.href) return;
  history[wait ? "replaceState" : "pushState"](null, "", url);
  paint();
  clearTimeout(typing);
  typing = setTimeout(show, wait);
}

function paint() {
  const category = query().get("category") ?? "";
  for (const chip of gallery.querySelectorAll(".chip")) {
    const current = chip.dataset.categoryLink === category;
    if (current) chip.setAttribute("aria-current", "true");
    else chip.removeAttribute("aria-current");
    chip.href = `?${asked({ category: chip.dataset.categoryLink })}`;
  }
}

function asked(changes) {
  const now = query();
  now.delete("page");
  for (const [name, value] of Object.entries(changes)) {
    if (value) now.set(name, value);
    else now.delete(name);
  }
  return now.toString();
}

form.addEventListener("input", ({ target }) => go(asked({ search: target.value.trim() }), SOON));
form.addEventListener("submit", (event) => event.preventDefault());
gallery.addEventListener("click", (event) => {
  const link = event.target.closest("[data-category-link]");
  if (event.target.closest("[data-again]")) return show();
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  if (link.matches(".chip")) return go(asked({ category: link.dataset.categoryLink }));
  form.querySelector("[type=search]").value = "";
  go("");
});
addEventListener("popstate", () => {
  form.querySelector("[type=search]").value = query().get("search") ?? "";
  paint();
  show();
});
addEventListener("online", () => notice.hidden || show());

remember();
