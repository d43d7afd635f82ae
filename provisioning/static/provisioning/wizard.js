// The wizard: what is typed is checked as the server will, and kept; the check comes without a
// reload, and Back brings back what was typed. The id of what is made is made here, once per form.

import { fill, toast } from "../orchestrator/page.js";
import { end } from "../workspaces/bar.js";
import { keep, kept, read } from "./reading.js";

const words = JSON.parse(document.getElementById("wizard-words").textContent);
const wizard = document.querySelector("[data-wizard]");
const place = wizard.querySelector("[data-stage-place]");
const { userId, workspaceId, page } = wizard.dataset;
const OVERVIEW = "#check";
const came = performance.getEntriesByType("navigation")[0]?.type;

// Fields

const schemaOf = (form) => JSON.parse(form.querySelector("#schema").textContent);
const inputsOf = (form) => [...form.querySelectorAll("#name, [data-field] :is(input, select, textarea)")];

/** Why the server would refuse it, or nothing. The rules are those of provisioning/parameters.py. */
function wrong(input, schema) {
  if (input.type === "checkbox") return "";
  if (input.validity.badInput) return input.type === "time" ? words.time : words.number;
  const name = input.name.replace(/^p-/, "");
  if (input.id === "name") return input.value.trim() ? tooLong(input.value.trim(), 128) : words.required;
  if (input.value === "") return schema.required.includes(name) ? words.required : "";
  return ruled(input.value, schema.properties[name]);
}

function ruled(value, rule) {
  if (rule.type === "number") return outside(Number(value), rule);
  if (rule.enum && !rule.enum.includes(value)) return words.choice;
  if (rule.pattern && !new RegExp(rule.pattern).test(value)) return words.time;
  if (value.includes("\0")) return words.null_characters;
  if (rule.format && !FORMATS[rule.format](value.trim())) return words[rule.format];
  return tooLong(value, rule.maxLength);
}

function outside(number, { minimum, maximum }) {
  if (Number.isNaN(number)) return words.number;
  if (number < minimum) return fill(words.min_value, { least: String(minimum) });
  return number > maximum ? fill(words.max_value, { most: String(maximum) }) : "";
}

const tooLong = (text, most) => ([...text].length > most ? fill(words.max_length, { most: String(most) }) : "");

const FORMATS = {
  uri(text) {
    const url = URL.canParse(text) && !/\s/.test(text) ? new URL(text) : null;
    return Boolean(url && /^https?:$/.test(url.protocol) && url.hostname && !url.username);
  },
  email: (text) => /^[^\s@]+@([^\s@]+\.[^\s@]+|localhost)$/.test(text),
};

function show(input, reason) {
  const error = document.getElementById(`${input.id}-error`);
  error.hidden = !reason;
  error.querySelector("span").textContent = reason;
  if (reason) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

// What is typed is kept in this tab, with the id that it will be made under

const keyOf = (form) => `wizard:${userId}:${workspaceId}:${form.elements.template.value}`;

function save(form, more = {}) {
  const values = inputsOf(form).map(({ id, type, value, checked }) => [id, type === "checkbox" ? checked : value]);
  const id = form.elements.provision_id.value;
  keep("sessionStorage", keyOf(form), { id, query: location.search, values: Object.fromEntries(values), ...more });
}

function restore(form) {
  const draft = kept("sessionStorage", keyOf(form));
  const told = form.querySelector("[data-errors], [data-again]"); // by an answer, which knows better
  const over = draft?.sent && came === "navigate"; // another campaign of the same template
  if (draft && !told && !over && draft.query === location.search) {
    form.elements.provision_id.value = draft.id;
    for (const input of inputsOf(form)) {
      const value = draft.values[input.id];
      if (value === undefined) continue;
      if (input.type === "checkbox") input.checked = value;
      else input.value = value;
    }
  } else if (!told && crypto.randomUUID) form.elements.provision_id.value = crypto.randomUUID();
  save(form);
}

// The stages

let before = null; // the form's stage, while the overview stands in its place
let asking = false;

function put(stage, old = null) {
  before = old;
  place.replaceChildren(stage);
  const form = stage.querySelector("[data-fill]");
  if (form && !form.dataset.begun) begin(form);
  const invalid = stage.querySelector("[aria-invalid]");
  (invalid ?? stage.querySelector("[data-stage-title]"))?.focus();
  scrollTo({ top: 0, behavior: "instant" });
}

function begin(form) {
  form.dataset.begun = "";
  const schema = schemaOf(form);
  restore(form);
  form.addEventListener("input", ({ target }) => {
    save(form);
    if (target.getAttribute("aria-invalid")) show(target, wrong(target, schema)); // it is being mended
  });
  form.addEventListener("focusout", ({ target }) => {
    const left = inputsOf(form).includes(target) && (target.value !== "" || target.validity.badInput);
    if (left) show(target, wrong(target, schema));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const bad = inputsOf(form).filter((input) => {
      const reason = wrong(input, schema);
      show(input, reason);
      return reason;
    });
    if (bad.length) bad[0].focus();
    else check(form);
  });
}

async function check(form, { replace = false } = {}) {
  if (asking) return;
  asking = true;
  const button = form.querySelector('[value="check"]');
  const word = button.querySelector("[data-word]");
  const label = word.textContent;
  word.textContent = words.checking;
  button.ariaDisabled = "true";
  const answer = await read(page, { method: "POST", body: new FormData(form, button) });
  [word.textContent, button.ariaDisabled, asking] = [label, "false", false];
  const stage = answer?.body.querySelector("[data-stage]");
  if (answer?.status === 404) return void end(4404);
  if (!stage) return toast(answer ? words.failed : words.noServer, "error");
  const overview = stage.dataset.stage === "check";
  if (overview) history[replace ? "replaceState" : "pushState"](null, "", OVERVIEW);
  put(document.importNode(stage, true), overview ? form.closest("[data-stage]") : null);
}

addEventListener("popstate", () => {
  const form = place.querySelector("[data-fill]");
  if (location.hash !== OVERVIEW && before) put(before);
  else if (location.hash === OVERVIEW && form) check(form, { replace: true });
});

place.addEventListener("click", (event) => {
  const back = event.target.closest("[data-back]");
  if (!back || !before) return; // else the server renders the form anew
  event.preventDefault();
  history.back();
});

// Made: once, however often it is pressed

place.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!form.matches("[data-check]") || submitter.value !== "make") return;
  if (submitter.ariaDisabled === "true") return event.preventDefault();
  submitter.ariaDisabled = "true";
  submitter.querySelector("[data-word]").textContent = submitter.dataset.busyWord;
  const draft = kept("sessionStorage", keyOf(form));
  if (draft) keep("sessionStorage", keyOf(form), { ...draft, sent: true });
});
addEventListener("pageshow", ({ persisted }) => persisted && location.reload()); // as it is now

const form = place.querySelector("[data-fill]");
if (form) begin(form);
if (form && location.hash === OVERVIEW) check(form, { replace: true });
