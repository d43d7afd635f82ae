// A form that a passkey fills in: `data-passkey` says whether one is made, used, or signs in alone.

const words = JSON.parse(document.getElementById("passkey-words").textContent);
const given = document.getElementById("passkey-options");

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const withIds = (list) => list?.map((each) => ({ ...each, id: bytes(each.id) }));

async function create({ publicKey: asked }, form) {
  const alone = form.elements.passwordless.checked;
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    user: { ...asked.user, id: bytes(asked.user.id) },
    excludeCredentials: withIds(asked.excludeCredentials),
    authenticatorSelection: {
      ...asked.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      ...(alone && { userVerification: "required" }),
    },
  };
  const { response, ...made } = plain(await navigator.credentials.create({ publicKey }));
  return {
    ...made,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

async function use({ publicKey: asked }) {
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    allowCredentials: withIds(asked.allowCredentials),
  };
  const { response, ...used } = plain(await navigator.credentials.get({ publicKey }));
  return {
    ...used,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle && text(response.userHandle),
    },
  };
}

function plain(credential) {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: credential.response,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

/** Whose passkey it is nobody knows yet: the options are asked for when it is wanted. */
async function optionsFor(form) {
  if (form.dataset.passkey !== "login") return JSON.parse(given.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

function wordFor({ name }) {
  if (name === "NotAllowedError" || name === "AbortError") return words.stopped;
  if (name === "InvalidStateError") return words.known;
  return name === "SecurityError" || name === "NotSupportedError" ? words.notHere : words.failed;
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    const said = form.querySelector("[data-passkey-error]");
    said.hidden = true;
    try {
      if (!window.PublicKeyCredential) throw new DOMException("", "NotSupportedError");
      const { creation_options: creating, request_options: using } = await optionsFor(form);
      const made = creating ? await create(creating, form) : await use(using);
      form.querySelector("[data-credential]").value = JSON.stringify(made);
      form.submit();
    } catch (error) {
      button.ariaDisabled = "false";
      said.textContent = wordFor(error);
      said.hidden = false;
    }
  });
}
