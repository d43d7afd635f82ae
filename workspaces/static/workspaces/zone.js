// A field for a time zone: says what time it is there, and offers the one that the browser is in.

import { fill } from "../orchestrator/page.js";

const words = JSON.parse(document.getElementById("form-words").textContent);
const zones = new Set([...document.querySelectorAll("#zones option")].map(({ value }) => value));
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

function timeIn(timeZone) {
  try {
    const style = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
    return new Intl.DateTimeFormat("en", style).format();
  } catch {
    return ""; // not a zone, or not yet
  }
}

function bind(field) {
  const input = field.querySelector("input");
  const place = field.querySelector("[data-zone-time]");
  const button = field.querySelector("[data-zone-here]");
  const show = () => {
    const time = input.value.includes("/") || input.value === "UTC" ? timeIn(input.value) : "";
    const text = time ? fill(words.there, { time }) : "";
    if (place.textContent !== text) place.textContent = text;
    if (button) button.hidden = !zones.has(here) || input.value === here;
  };
  if (button) {
    button.textContent = fill(words.useZone, { zone: here });
    button.addEventListener("click", () => {
      input.value = here;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    });
  }
  input.addEventListener("input", show);
  input.form.addEventListener("reset", () => setTimeout(show));
  setInterval(() => document.hidden || show(), 5000);
  show();
}

for (const field of document.querySelectorAll("[data-zone-field]")) bind(field);
