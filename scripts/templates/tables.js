"use strict";
// Tables of class "sortable": a click on a column head sorts, a field above filters the rows.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.sort ?? cell.textContent.trim();
  };
  const compare = (a, b) => {
    const [x, y] = [Number(a), Number(b)];
    if (a !== "" && b !== "" && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
    return a.localeCompare(b, undefined, { numeric: true });
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows];
      rows.sort((a, b) => compare(key(a, column), key(b, column)) * (down ? -1 : 1));
      body.append(...rows);
    });
  });
  if (body.rows.length < 4) continue;
  const box = document.createElement("p");
  box.className = "filter";
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = "Filter rows";
  const name = table.caption ? table.caption.textContent.split(". ")[0].trim() : "";
  field.setAttribute("aria-label", name ? `Filter rows: ${name}` : "Filter rows");
  const count = document.createElement("span");
  count.setAttribute("aria-live", "polite");
  box.append(field, count);
  table.parentElement.before(box);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of body.rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    count.textContent = words.length ? `${shown} of ${body.rows.length} rows` : "";
  });
}
// On paper: nothing is folded, heads of tables repeat (which buttons in them prevent), and a table with
// a column for each patient or sample comes in blocks where it is wider than the page.
const COLUMNS_ON_PAPER = 22;
const afterwards = [];
const inBlocks = (table) => {
  const groups = [...table.tHead.rows[0].cells].slice(1).flatMap((cell) => Array(cell.colSpan).fill(cell.textContent));
  const count = groups.length;
  for (let start = 0; start < count; start += COLUMNS_ON_PAPER) {
    const block = table.cloneNode(true);
    block.classList.add("block");
    const head = block.tHead.rows[0];
    for (const cell of [...head.cells].slice(1)) cell.remove();
    for (const group of new Set(groups.slice(start, start + COLUMNS_ON_PAPER))) {
      const cell = document.createElement("th");
      cell.scope = "colgroup";
      cell.colSpan = groups.slice(start, start + COLUMNS_ON_PAPER).filter((one) => one === group).length;
      cell.textContent = group;
      head.append(cell);
    }
    for (const row of [...block.rows].slice(1)) {
      for (const cell of [...row.cells].slice(1).filter((_, column) => column < start || column >= start + COLUMNS_ON_PAPER)) cell.remove();
    }
    table.parentElement.append(block);
    afterwards.push(() => block.remove());
  }
  table.hidden = true;
  afterwards.push(() => { table.hidden = false; });
};
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details:not([open])")) {
    part.open = true;
    afterwards.push(() => { part.open = false; });
  }
  for (const button of document.querySelectorAll("th button")) {
    const text = document.createElement("span");
    text.append(...button.childNodes);
    button.replaceWith(text);
    afterwards.push(() => { button.append(...text.childNodes); text.replaceWith(button); });
  }
  for (const table of document.querySelectorAll("table.onco, table.by-sample")) {
    if (table.tBodies[0].rows.length && table.tBodies[0].rows[0].cells.length > COLUMNS_ON_PAPER + 1) inBlocks(table);
  }
});
addEventListener("afterprint", () => { while (afterwards.length) afterwards.pop()(); });
