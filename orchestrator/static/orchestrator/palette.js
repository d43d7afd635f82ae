// The command palette and the sheet of shortcuts, fetched when first asked for. What it needs of the
// page comes as `tools`: an import back would be a circle, and a circle has no hashed names.

const SOON = 150; // after the last key, campaigns are searched
let opening; // both dialogs, once
let tools; // {icon, plain, singleKeys}

function dialogs() {
  opening ??= load().catch((error) => {
    opening = null;
    throw error;
  });
  return opening;
}

async function load() {
  const workspace = location.pathname.match(/^\/w\/([^/]+)/)?.[1] ?? "";
  const answer = await fetch(`/palette?workspace=${workspace}`, { cache: "no-store" });
  if (!answer.ok || answer.redirected) throw new Error(`HTTP ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [palette, shortcuts] = [...page.querySelectorAll("dialog")].map((one) => document.importNode(one, true));
  await styled(page.querySelector("link"));
  document.body.append(palette, shortcuts);
  for (const dialog of [palette, shortcuts]) {
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
  bind(palette);
  bindShortcuts(shortcuts);
  return { palette, shortcuts };
}

function styled(source) {
  const link = document.importNode(source);
  return new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = reject;
    document.head.append(link);
  });
}

export async function open(name, given) {
  tools = given;
  let found;
  try {
    found = await dialogs();
  } catch {
    return location.assign("/"); // signed out, or no server: where one can always go
  }
  const dialog = found[name];
  if (dialog.open) return dialog.close();
  for (const other of Object.values(found)) other.close();
  dialog.showModal();
  if (name === "palette") dialog.dispatchEvent(new Event("start"));
}

function bindShortcuts(dialog) {
  const box = dialog.querySelector("#single-keys");
  box.checked = tools.singleKeys();
  box.addEventListener("change", () => localStorage.setItem("single-keys", box.checked ? "on" : "off"));
}

// What is offered, and which of it is chosen

function bind(dialog) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const none = dialog.querySelector(".palette-none");
  let asked;

  const shown = () => [...list.children].filter((row) => !row.hidden);
  const choose = (row) => {
    for (const each of list.querySelectorAll('[aria-selected="true"]')) each.ariaSelected = "false";
    if (row) row.ariaSelected = "true";
    input.setAttribute("aria-activedescendant", row?.id ?? "");
    row?.scrollIntoView({ block: "nearest" });
    none.hidden = Boolean(row);
  };

  const narrow = () => {
    const words = tools.plain(input.value).split(/\s+/).filter(Boolean);
    for (const row of list.children) {
      const text = tools.plain(row.textContent);
      const possible = !row.dataset.press || document.querySelector(row.dataset.press);
      row.hidden = !possible || !words.every((word) => text.includes(word));
    }
    choose(shown()[0]);
    clearTimeout(asked);
    if (list.dataset.campaignsUrl) asked = setTimeout(search, words.length ? SOON : 0);
  };

  const search = async () => {
    const query = input.value.trim();
    const answer = await fetch(`${list.dataset.campaignsUrl}?pageSize=8&search=${encodeURIComponent(query)}`).catch(() => null);
    const rows = query && answer?.ok ? (await answer.json()).results : [];
    if (input.value.trim() !== query) return;
    for (const old of list.querySelectorAll("[data-campaign]")) old.remove();
    list.append(...rows.map((row) => option(list, row)));
    if (!list.querySelector('[aria-selected="true"]:not([hidden])')) choose(shown()[0]);
  };

  dialog.addEventListener("start", () => {
    input.value = "";
    narrow();
  });
  input.addEventListener("input", narrow);
  input.addEventListener("keydown", (event) => {
    const rows = shown();
    const at = rows.findIndex((row) => row.ariaSelected === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(rows[(at + step + rows.length) % rows.length]);
    else if (event.key === "Enter") run(dialog, rows[at]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointermove", ({ target }) => {
    const row = target.closest("[role=option]");
    if (row && row.ariaSelected !== "true") choose(row);
  });
  list.addEventListener("click", ({ target }) => run(dialog, target.closest("[role=option]")));
}

function option(list, { id, name, syncStatus }) {
  const row = document.createElement("li");
  row.id = `campaign-${id}`;
  row.role = "option";
  row.ariaSelected = "false";
  row.dataset.campaign = "";
  row.dataset.face = syncStatus;
  row.dataset.href = list.dataset.campaignPage + id;
  const label = document.createElement("span");
  label.textContent = name;
  const kind = document.createElement("span");
  kind.className = "muted small";
  kind.textContent = list.dataset.campaignKind;
  row.append(tools.icon(syncStatus), label, kind);
  return row;
}

function run(dialog, row) {
  if (!row) return;
  dialog.close();
  if (row.dataset.href) location.assign(row.dataset.href);
  else document.querySelector(row.dataset.press)?.click();
}
