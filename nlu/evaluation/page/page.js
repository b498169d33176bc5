"use strict";
// What a reader may do with the tables; without this script they are read as they are.
(() => {
  const keyOf = (row, at) => {
    const cell = row.cells[at], key = cell.dataset.v ?? cell.textContent;
    const number = Number(key);
    return key !== "" && Number.isFinite(number) ? number : key;
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "ko"));

  function sortable(table) {
    const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const falls = head.getAttribute("aria-sort") !== "descending" && (head.classList.contains("number") || head.getAttribute("aria-sort") === "ascending");
        heads.forEach((one) => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", falls ? "descending" : "ascending");
        const keyed = [...body.rows].map((row) => [keyOf(row, at), row]);
        keyed.sort(([a], [b]) => (falls ? compare(b, a) : compare(a, b)));
        body.append(...keyed.map(([, row]) => row));
      });
    });
  }

  const labelled = (text, field) => {
    const label = document.createElement("label");
    label.append(text, field);
    return label;
  };
  const valueOf = (row, at) => row.cells[at].dataset.c ?? row.cells[at].textContent;

  function filterable(table, chosen) {
    const rows = [...table.tBodies[0].rows], tools = document.createElement("div");
    tools.className = "tools";
    const count = document.createElement("output"), tests = [];
    const show = () => {
      let left = 0;
      for (const row of rows) left += !(row.hidden = !tests.every((test) => test(row)));
      count.textContent = `${rows.length.toLocaleString("ko")}개 가운데 ${left.toLocaleString("ko")}개`;
    };
    for (const at of chosen) {
      const select = document.createElement("select"), counts = new Map();
      for (const row of rows) for (const one of valueOf(row, at).split("|")) counts.set(one, (counts.get(one) ?? 0) + 1);
      select.append(new Option("모두", ""));
      for (const [name, many] of [...counts].sort(([a], [b]) => a.localeCompare(b, "ko"))) select.append(new Option(`${name} (${many})`, name));
      select.addEventListener("change", show);
      tests.push((row) => !select.value || valueOf(row, at).split("|").includes(select.value));
      tools.append(labelled(table.tHead.rows[0].cells[at].dataset.title, select));
    }
    if ("search" in table.dataset) {
      const field = document.createElement("input");
      field.type = "search";
      field.addEventListener("input", show);
      tests.push((row) => row.textContent.toLowerCase().includes(field.value.trim().toLowerCase()));
      tools.append(labelled("글 찾기", field));
    }
    tools.append(count);
    table.closest(".scroll").before(tools);
    show();
  }

  for (const table of document.querySelectorAll("table")) {
    const heads = [...table.tHead.rows[0].cells];
    for (const head of heads) head.dataset.title = head.textContent;
    const chosen = heads.flatMap((head, at) => ("choose" in head.dataset ? [at] : []));
    if (chosen.length || "search" in table.dataset) filterable(table, chosen);
    if ("sort" in table.dataset) sortable(table);
  }

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of closed) one.open = false; });
})();
