// Single keys in the lists. Each does what a visible control does; in fields they are letters like any other.
"use strict";

(() => {
  const help = document.getElementById("keys");
  const list = document.querySelector("table[data-keys]");
  if (!help) return;
  const opener = document.getElementById("show-keys");
  opener?.removeAttribute("hidden");
  opener?.addEventListener("click", () => help.showModal());

  const rows = () => (list ? [...list.tBodies[0].rows] : []);
  const linkOf = (row) => row?.querySelector("a[href]");
  let last = -1;
  list?.addEventListener("focusin", (event) => { last = rows().indexOf(event.target.closest("tbody tr")); });
  const stand = (place) => {
    const all = rows();
    if (!all.length) return;
    last = Math.min(Math.max(place, 0), all.length - 1);
    linkOf(all[last])?.focus();
  };
  const here = () => rows()[last];
  const isTyping = (element) => element.isContentEditable
    || element.matches("textarea, select, input:not([type=checkbox], [type=radio])");

  const acts = {
    "j": () => stand(last + 1),
    "k": () => stand(last - 1),
    "x": () => here()?.querySelector("input[type=checkbox]")?.click(),
    "r": () => here()?.querySelector(".act a, .act button")?.click(),
    "/": () => document.getElementById("q")?.focus(),
    "f": () => {
      const fold = document.getElementById("filters");
      if (fold) fold.open = true;
      document.querySelector("[data-first-filter]")?.focus();
    },
    "?": () => help.showModal(),
  };

  let isGoing = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
    if (event.key === "Escape") { if (list?.contains(event.target) || isTyping(event.target)) stand(Math.max(last, 0)); return; }
    if (isTyping(event.target)) return;
    const to = isGoing && document.getElementById("goes")?.dataset[event.key];
    isGoing = event.key === "g";
    if (to) location.assign(to);
    else if (acts[event.key]) acts[event.key]();
    else return;
    event.preventDefault();
  });

  // How many are chosen stands beside the buttons that send them.
  const chosen = document.getElementById("chosen");
  const count = () => { chosen.textContent = String(list.querySelectorAll("td.choose input:checked").length); };
  if (chosen && list) {
    list.addEventListener("change", count);
    // Also when the browser comes back to the page and ticks again what was ticked.
    window.addEventListener("pageshow", count);
  }
})();
