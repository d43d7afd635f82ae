// Lists by keys: `j` and `k` go to the next and the previous row, `x` selects it; Enter is its link's.
//
// A row is marked `data-row`, the link in it `data-row-link`; where it has a checkbox, that is what
// `x` turns. page.js fetches this at the first such key. Hidden rows are passed over.

export function press(key) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  if (key === "x") return rows[at]?.querySelector('input[type="checkbox"]')?.click();
  const next = at < 0 ? rows.at(key === "j" ? 0 : -1) : rows[at + (key === "j" ? 1 : -1)];
  next?.querySelector("[data-row-link]").focus();
}
