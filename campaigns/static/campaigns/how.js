// What opens behind a card's button: how its state is known, and what can be done.

import { fetched } from "../orchestrator/page.js";
import { paintCampaign, words } from "./paint.js";

/** `newest` gives the last frame of the card, which may have come while this was on its way. */
export async function fillIn(card, newest) {
  const place = card.querySelector("[data-how]");
  if (place.dataset.how) return;
  place.dataset.how = "asked";
  place.ariaBusy = "true";
  place.replaceChildren(words.howAsked);
  const part = await read(`${new URL(card.querySelector("[data-name]").href).pathname}/how`);
  place.ariaBusy = "false";
  if (!part) {
    place.dataset.how = ""; // asked again when it is opened again
    return place.replaceChildren(words.howFailed);
  }
  place.replaceChildren(part);
  const frame = newest();
  if (frame && frame.version > Number(part.dataset.stateVersion)) {
    paintCampaign(card, frame.data, frame.version);
  }
}

async function read(url) {
  try {
    const answer = await fetched(url, { headers: { "HX-Request": "true" }, cache: "no-store" });
    if (!answer.ok || answer.redirected) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("[data-how-of]");
  } catch {
    return null;
  }
}
