// How far a provision is: told by the socket, asked for where nothing is told, rendered by the server.

import { fill, say, toast } from "../orchestrator/page.js";
import { end, socket } from "../workspaces/bar.js";
import { read } from "./reading.js";

const EVERY = 3000;
const TICK = 100;
const words = JSON.parse(document.getElementById("provision-words").textContent);
const box = document.querySelector("[data-provision]");
const place = box.querySelector("[data-place]");
const late = box.querySelector("[data-late]");
const question = document.getElementById("cancel");
const { provisionId, page, poll } = box.dataset;
const making = () => place.querySelector("[data-making]");
const ended = () => making().dataset.ended !== undefined;

// Its rendering, put in where it is newer

let asked = 0;
let taken = 0;

async function refresh() {
  const ask = ++asked;
  take(await read(page), ask);
}

function take(answer, ask) {
  if (answer?.status === 404) return end(4404); // to who is no owner any more there is no such page
  late.hidden = answer !== null;
  if (!answer?.ok || ask < taken) return;
  taken = ask;
  put(answer.body);
}

function put(body) {
  const news = body.querySelector("[data-making]");
  const same = news.dataset.version === making().dataset.version && news.dataset.status === making().dataset.status;
  if (same || Number(news.dataset.version) < Number(making().dataset.version)) return;
  const focus = place.contains(document.activeElement) && document.activeElement.id;
  place.replaceChildren(...document.importNode(body, true).childNodes);
  since = performance.now();
  if (ended()) question.close();
  if (focus !== false) (document.getElementById(focus) ?? document.getElementById("provision-name")).focus({ preventScroll: true });
  announce();
}

function announce() {
  const status = making().querySelector("[data-provision-status] [data-word]").textContent;
  const last = [...place.querySelectorAll(".making-step:not([data-status=pending]) h2")].at(-1);
  const outcome = place.querySelector("#result-title, [data-outcome]");
  say([status, outcome?.textContent ?? last?.textContent].filter(Boolean).join(": ").trim());
}

// Seconds of what goes on

let since = performance.now();

setInterval(() => {
  if (document.hidden) return;
  for (const time of place.querySelectorAll("[data-runs]")) {
    const text = inWords(Number(time.dataset.runs) + (performance.now() - since) / 1000);
    if (time.textContent !== text) time.textContent = text;
  }
}, TICK);

function inWords(seconds) {
  if (seconds < 60) return fill(words.seconds, { n: seconds.toFixed(1) });
  const whole = Math.round(seconds);
  return fill(words.minutes, { m: Math.floor(whole / 60), n: whole % 60 });
}

// What is told, and what is asked

socket.addEventListener("frame", ({ detail: { type, data } }) => {
  if (type === "provisioning.changed" && data.provision_id === provisionId) refresh();
});
socket.addEventListener("state", ({ detail: { open } }) => open && !ended() && refresh());
setInterval(async () => {
  if (document.hidden || ended()) return;
  try {
    const answer = await fetch(poll, { headers: { Accept: "application/json" }, cache: "no-cache" });
    if (answer.status === 401) return end(4401);
    if (answer.status === 404) return end(4404);
    if (!answer.ok) return;
    const { version, status } = await answer.json();
    late.hidden = true;
    if (version > Number(making().dataset.version) || status !== making().dataset.status) refresh();
  } catch {
    late.hidden = false;
  }
}, EVERY);
document.addEventListener("visibilitychange", () => document.hidden || ended() || refresh());

// What people do

async function send(form, button) {
  button.ariaDisabled = "true";
  button.dataset.busy = "";
  const answer = await read(page, { method: "POST", body: new FormData(form, button) });
  button.ariaDisabled = "false";
  delete button.dataset.busy;
  if (!answer) toast(words.noServer, "error");
  else if (!answer.ok && answer.status !== 404) toast(words.failed, "error");
  return answer;
}

box.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  event.preventDefault();
  if (submitter.ariaDisabled === "true") return;
  const answer = await send(form, submitter);
  if (!answer) return;
  if (form.matches("[data-test]")) return void (answer.ok && answered(form, answer));
  if (form.closest("dialog")) question.close();
  take(answer, ++asked);
});

function answered(form, { body }) {
  form.querySelector("[data-answer]").replaceChildren(...document.importNode(body, true).childNodes);
  say(form.querySelector(".answer p").textContent);
}

box.addEventListener("click", async (event) => {
  const { target } = event;
  if (target.closest("[data-ask-cancel]")) {
    event.preventDefault();
    question.showModal();
  } else if (target.closest("[data-close]")) {
    event.preventDefault();
    question.close();
  }
});

// Copying is fetched when it is first asked for, and then asked again.
box.addEventListener("click", async function first({ target }) {
  const button = target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  box.removeEventListener("click", first);
  await import("../orchestrator/copy.js");
  button.click();
});

if (question.open) {
  question.close(); // a script shows it as one
  question.showModal();
  history.replaceState(null, "", page);
}
