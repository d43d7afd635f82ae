// A dialog with one question: a name to type, or only whether one is sure.

/**
 * `what`: title, text or label with value, `do` and cancel (words); `kind` of the button that does it.
 * `act(value)` gives the reason why it cannot be, which is shown, or nothing, which closes.
 */
export function ask(what, act) {
  const dialog = document.createElement("dialog");
  dialog.className = "question";
  dialog.setAttribute("aria-labelledby", "question-title");
  const form = element("form", "form");
  form.method = "dialog";
  const title = element("h2", "", what.title);
  title.id = "question-title";
  form.append(title);
  if (what.text) form.append(element("p", "muted", what.text));
  const input = what.label ? field(form, what) : null;
  const error = element("p", "field-error");
  error.id = "question-error";
  error.setAttribute("role", "alert");
  error.hidden = true;
  const row = element("div", "question-end");
  const cancel = element("button", "button", what.cancel);
  cancel.type = "button";
  const yes = element("button", "button", what.do);
  yes.dataset.kind = what.kind ?? "primary";
  row.append(cancel, yes);
  form.append(error, row);
  dialog.append(form);
  document.body.append(dialog);

  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve();
    });
    cancel.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (yes.ariaDisabled === "true") return;
      yes.ariaDisabled = "true";
      const reason = await act(input?.value);
      yes.ariaDisabled = "false";
      if (!reason) return dialog.close();
      error.textContent = reason;
      error.hidden = false;
      input?.setAttribute("aria-describedby", error.id);
      (input ?? yes).focus();
    });
    dialog.showModal();
    input?.select();
  });
}

function field(form, { label, value }) {
  const place = element("div", "field");
  const name = element("label", "", label);
  name.htmlFor = "question-value";
  const input = element("input", "input");
  input.id = name.htmlFor;
  input.value = value;
  input.required = true;
  input.maxLength = 128;
  input.autocomplete = "off";
  place.append(name, input);
  form.append(place);
  return input;
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
