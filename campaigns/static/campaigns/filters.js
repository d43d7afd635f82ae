// Search, filters and order as one chooses; the address says the same, and going back works.

const SOON = 250; // after the last key

export function start(refresh) {
  const form = document.querySelector("[data-filters]");
  const chips = document.querySelector("[data-chips]");

  const typed = () => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (value.trim()) query.set(name, value.trim());
    }
    const now = new URLSearchParams(location.search);
    for (const name of ["syncStatus", "n8nStatus", "drift"]) {
      if (now.has(name)) query.set(name, now.get(name));
    }
    return query;
  };

  const go = (query, { keep = true, wait = 0 } = {}) => {
    const url = new URL(location.href);
    url.search = query;
    if (url.href === location.href) return;
    history[keep ? "pushState" : "replaceState"](null, "", url);
    mark();
    refresh(wait);
  };

  /** The controls say what the address says. */
  const mark = () => {
    const now = new URLSearchParams(location.search);
    chips.toggleAttribute("data-narrowed", now.has("status"));
    for (const chip of chips.querySelectorAll("[data-filter]")) {
      const { filter, value } = chip.dataset;
      const chosen = filter ? now.get(filter) === value : !now.has("syncStatus") && !now.has("drift");
      if (chosen) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    }
    for (const control of form.querySelectorAll("select, [type=search]")) {
      const said = now.get(control.name) ?? "";
      if (control !== document.activeElement && control.value !== said) control.value = said;
    }
  };

  form.addEventListener("input", ({ target }) => {
    const searching = target.type === "search";
    go(typed(), searching ? { keep: false, wait: SOON } : {});
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(typed());
  });
  chips.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-filter]");
    if (!chip || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const query = new URLSearchParams(location.search);
    for (const name of ["page", "syncStatus", "drift"]) query.delete(name);
    if (chip.dataset.filter) query.set(chip.dataset.filter, chip.dataset.value);
    go(query);
  });
  addEventListener("popstate", () => {
    mark();
    refresh(0);
  });
  go(typed(), { keep: false, wait: SOON }); // what was typed while this was on its way
  return true;
}
