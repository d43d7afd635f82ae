// Removing, leaving, invitations sent again or taken back, and the offer of the ownership.

import { ask } from "../orchestrator/ask.js";
import { call, reasonOf } from "../orchestrator/calling.js";
import { fill, leaveFor, toast } from "../orchestrator/page.js";
import { bar } from "../workspaces/bar.js";
import { API, nameOf, refresh, rowOf, words } from "./roster.js";

const OFFER = `${API}/ownership-transfer`;

/** One question; then the call. */
function sure(what, name, method, url, body, done) {
  const question = { ...what, title: fill(what.title, { name }), cancel: words.cancel };
  return ask(question, async () => {
    const answer = await call(method, url, body);
    if (!answer.ok) return reasonOf(answer, words);
    done();
    return "";
  });
}

function again(text) {
  leaveFor(location.href, text); // more than the list has changed
}

async function at(button, method, url, done) {
  if (button.ariaDisabled === "true") return;
  button.ariaDisabled = "true";
  const answer = await call(method, url);
  button.ariaDisabled = "false";
  if (answer.ok) done();
  else toast(fill(words.failed, { reason: reasonOf(answer, words) }), "error");
}

/** The page is rendered anew with a word of its own: that one's rights change is no other news. */
async function accept(button) {
  let accepted = false;
  const own = (event) => event.preventDefault();
  addEventListener("permissions-changed", own);
  await at(button, "POST", `${OFFER}/accept`, () => (accepted = true));
  if (accepted) again(words.accepted);
  else removeEventListener("permissions-changed", own);
}

const ACTS = {
  resend: (button, row, name) =>
    at(button, "POST", `${API}/invitations/${row.dataset.invitationId}/resend`, () => {
      toast(fill(words.resent, { name }));
      refresh();
    }),
  revoke: (_, row, name) =>
    sure(words.revoke, name, "DELETE", `${API}/invitations/${row.dataset.invitationId}`, null, () => {
      toast(fill(words.revoked, { name }));
      refresh(0);
    }),
  remove: (_, row, name) =>
    sure({ ...words.remove, kind: "danger" }, name, "DELETE", `${API}/members/${row.dataset.userId}`, null, () => {
      toast(fill(words.removed, { name }));
      refresh(0);
    }),
  leave: (button) => {
    if (button.ariaDisabled === "true") return toast(words.soleOwner, "stale");
    const { viewerId, home, workspaceName: workspace } = bar.dataset;
    return sure(words.leave, "", "DELETE", `${API}/members/${viewerId}`, null, () => leaveFor(home, fill(words.left, { workspace })));
  },
  handOver: (button) => {
    button.closest("[popover]").hidePopover();
    const userId = button.dataset.handOver;
    const name = nameOf(rowOf(userId));
    return sure(words.handOver, name, "POST", OFFER, { userId }, () => again(fill(words.offered, { name })));
  },
  offerAccept: accept,
  offerEnd: (button) => at(button, "DELETE", OFFER, () => again(words.ended)),
};

export function act(button) {
  const [name, run] = Object.entries(ACTS).find(([one]) => one in button.dataset);
  const row = button.closest("[data-row]");
  return run(button, row, row ? nameOf(row) : name);
}
