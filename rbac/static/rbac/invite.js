// Invitations to one address or many: each is asked for by itself, and each says how it went.

import { call, reasonOf } from "../orchestrator/calling.js";
import { count, icon, toast } from "../orchestrator/page.js";
import { API, refresh, words } from "./roster.js";

const dialog = document.getElementById("invite");
const form = dialog.querySelector("form");
const addresses = form.querySelector("textarea");
const role = form.querySelector("select");
const results = form.querySelector("[data-invite-results]");
const error = form.querySelector("#invite-error");
const send = form.querySelector("[data-send]");

export function open() {
  results.hidden = true;
  error.hidden = true;
  sum();
  dialog.showModal();
  addresses.focus();
}

function sum() {
  form.querySelector("[data-role-summary]").textContent = words.roles[role.value].summary;
}

/** The addresses in `Ada <ada@example.com>, bob@example.com` and the like, and the pieces without one. */
function read(text) {
  const wanted = new Set();
  const odd = new Set();
  const pieces = text.replace(/"[^"@\n]*"/g, "").split(/[,;\n]/); // a quoted name may hold a comma
  for (const piece of pieces.map((one) => one.trim()).filter(Boolean)) {
    const found = piece.match(/[^\s<>"]+@[^\s<>"]+/g) ?? [];
    for (const address of found) wanted.add(address.toLowerCase());
    if (!found.length) odd.add(piece);
  }
  return { wanted, odd };
}

async function sendAll() {
  const { wanted, odd } = read(addresses.value);
  error.hidden = wanted.size + odd.size > 0;
  error.textContent = words.noAddress;
  if (!error.hidden) return addresses.focus();
  send.ariaDisabled = "true";
  const label = send.textContent;
  send.textContent = words.sending;
  const failed = [...odd];
  results.replaceChildren(...failed.map((piece) => line(piece, words.oddAddress)));
  for (const email of wanted) {
    const answer = await call("POST", `${API}/invitations`, { email, role: role.value });
    if (answer.ok) continue;
    failed.push(email);
    results.append(line(email, reasonOf(answer, words)));
  }
  send.ariaDisabled = "false";
  send.textContent = label;
  results.hidden = !failed.length;
  addresses.value = failed.join("\n");
  const sent = wanted.size + odd.size - failed.length;
  if (sent) toast(count(words.invited, sent));
  if (sent) refresh();
  if (failed.length) addresses.focus();
  else dialog.close();
}

function line(email, reason) {
  const row = document.createElement("li");
  row.dataset.face = "error";
  const name = Object.assign(document.createElement("strong"), { textContent: email });
  const why = Object.assign(document.createElement("span"), { textContent: reason });
  row.append(icon("error"), name, why);
  return row;
}

role.addEventListener("change", sum);
form.querySelector("[data-close]").addEventListener("click", () => dialog.close());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (send.ariaDisabled !== "true") sendAll();
});
