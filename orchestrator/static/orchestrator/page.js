// What every page does: theme, ages that tick, and words that come and go.

export const words = JSON.parse(document.getElementById("page-words").textContent);
const root = document.documentElement;

/** "1,000", as the reader's language groups it. */
export const grouped = (n) => (n > 999 ? n.toLocaleString(root.lang) : String(n));

/** "%(n)s s ago" with the values put in. */
export function fill(sentence, values = {}) {
  return sentence.replace(/%\((\w+)\)s/g, (_, name) => said(values[name] ?? ""));
}

const said = (value) => (typeof value === "number" ? grouped(value) : value);

/** The form of `{one, other}` that the language uses for this number, with other values put in too. */
export function count(forms, n, values = {}) {
  const form = new Intl.PluralRules(root.lang).select(n);
  return fill(forms[form] ?? forms.other, { n, ...values });
}

/** So that who types `muller` finds Müller. */
export const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** `fetch`; where something is refused, who keeps the rights (bar.js) hears of it and asks anew. */
export async function fetched(url, options) {
  const answer = await fetch(url, options);
  if (answer.status === 403) dispatchEvent(new CustomEvent("forbidden"));
  return answer;
}

// Ages. A browser whose clock is off by more than loading can explain counts by the server's.

const skew = Date.parse(root.dataset.now) - Date.now() || 0;
const serverAhead = Math.abs(skew) > 30_000 ? skew : 0;
const exact = inZone(root.dataset.zone);

function inZone(timeZone) {
  const styles = { dateStyle: "long", timeStyle: "long" };
  try {
    return new Intl.DateTimeFormat(root.lang, { ...styles, timeZone });
  } catch {
    return new Intl.DateTimeFormat(root.lang, styles); // a zone that the browser does not know
  }
}

/** What was to come (`data-due`) is late once its time has passed, and was not "just now". */
function ago({ dateTime, dataset }) {
  const seconds = (Date.now() + serverAhead - Date.parse(dateTime)) / 1000;
  const past = "due" in dataset ? [words.overdue, words.due] : [words.ages, words.justNow];
  const [forms, none] = seconds >= 0 ? past : [words.ahead, words.now];
  const [, unit, sentence] = forms.find(([least]) => Math.abs(seconds) >= least) ?? [];
  return sentence ? fill(sentence, { n: Math.floor(Math.abs(seconds) / unit) }) : none;
}

export function setAge(time, iso) {
  time.dateTime = iso;
  time.title = exact.format(Date.parse(iso));
  time.textContent = ago(time);
}

function tick() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const text = ago(time);
    if (time.textContent !== text) time.textContent = text;
  }
}

setInterval(() => document.hidden || tick(), 1000);
document.addEventListener("visibilitychange", () => document.hidden || tick());

// Toasts: at most three, above dialogs, for as long as nobody holds them.

const LASTS = 6000;
const region = document.getElementById("toasts");
const voice = document.getElementById("say");

/** For a screen reader alone. */
export function say(text) {
  voice.textContent = text;
}

/** `more`: what can be done about it (`label`, `act`), and for how many ms. */
export function toast(text, face = "live", { label, act, lasts = LASTS } = {}) {
  const row = document.createElement("div");
  row.className = "toast";
  row.dataset.face = face;
  const words_ = document.createElement("span");
  words_.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.ariaLabel = words.dismiss;
  close.append(icon("close"));
  row.append(icon(face === "live" ? "check" : face), words_);
  if (act) row.append(button(label, () => (remove(), act())));
  row.append(close);

  let left = lasts;
  let since = 0;
  let timer = null;
  const remove = () => {
    row.remove();
    if (!region.childElementCount) region.hidePopover();
  };
  const hold = () => {
    if (timer) left -= Date.now() - since; // pointer and focus may both hold it
    clearTimeout(timer);
    timer = null;
  };
  const run = () => {
    if (row.matches(":hover, :focus-within")) return;
    since = Date.now();
    clearTimeout(timer);
    timer = setTimeout(remove, Math.max(left, 1500));
  };
  close.addEventListener("click", remove);
  for (const name of ["pointerenter", "focusin"]) row.addEventListener(name, hold);
  for (const name of ["pointerleave", "focusout"]) {
    row.addEventListener(name, () => requestAnimationFrame(run));
  }

  region.append(row);
  while (region.childElementCount > 3) region.firstElementChild.remove();
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover(); // last shown is on top, whatever dialog is open
  say(text);
  run();
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "toast-act";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

// A word for the page that comes next.

export function leaveFor(url, text) {
  try {
    sessionStorage.setItem("word", text);
  } catch {
    // Storage is off: the word is lost, the way is not.
  }
  location.assign(url);
}

try {
  const word = sessionStorage.getItem("word");
  if (word) toast(word, "stale");
  sessionStorage.removeItem("word");
} catch {
  // As above.
}
for (const message of document.querySelectorAll("[data-toast]")) {
  toast(message.textContent, /error|warning/.test(message.dataset.toast) ? "error" : "live");
}

// Theme: the server keeps it in a cookie for the next page; the attribute is for this one.

for (const form of document.querySelectorAll("[data-theme-form]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const theme = event.submitter.value;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const button of form.querySelectorAll("[name=theme]")) {
      button.ariaPressed = String(button === event.submitter);
    }
    form.hidePopover();
    const body = new FormData(form, event.submitter);
    fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
  });
}

// Keys of every page. What they open is fetched when first asked for.

const GO = 1000; // between `g` and where to
let went = 0;
const palette = (name) => import("./palette.js").then(({ open }) => open(name, { icon, plain, singleKeys }));
const typing = (target) =>
  target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return void palette("palette");
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.defaultPrevented || document.querySelector("dialog[open]") || !singleKeys()) return;
  const place = Date.now() - went < GO && document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  went = event.key === "g" ? Date.now() : 0;
  if (place) place.click();
  else if (event.key === "?") palette("shortcuts");
  else if ("jkx".includes(event.key) && document.querySelector("[data-row]")) {
    import("./rows.js").then(({ press }) => press(event.key));
  }
  else if (event.key === "/") {
    const search = document.querySelector("[data-search-input]");
    event.preventDefault();
    if (search) search.select();
    else palette("palette");
  }
});

function singleKeys() {
  try {
    return localStorage.getItem("single-keys") !== "off";
  } catch {
    return true;
  }
}

for (const button of document.querySelectorAll("[data-palette]")) {
  button.addEventListener("click", () => palette("palette"));
}
for (const button of document.querySelectorAll("[data-shortcuts]")) {
  button.addEventListener("click", () => palette("shortcuts"));
}
