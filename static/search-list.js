// Makes long lists searchable: a field above the list narrows it while somebody types. Without it the list is whole,
// and typing the first digits of a number finds the entry, as in every list.
"use strict";

(() => {
  const LONG = 12;
  const form = document.querySelector("form[data-search]");
  if (!form) return;

  const plain = (text) => text.toLocaleLowerCase().normalize("NFC");

  function narrow(list, entries, typed) {
    const words = plain(typed).split(/\s+/).filter(Boolean);
    const chosen = list.value;
    const fits = (entry) => words.every((word) => plain(entry.text).includes(word));
    // What is chosen stays in the list: narrowing it never changes the choice.
    list.replaceChildren(...entries.filter((entry) => entry.value === chosen || fits(entry)));
    list.value = chosen;
  }

  for (const list of form.querySelectorAll("select")) {
    const entries = [...list.options];
    if (entries.filter((entry) => entry.value).length < LONG) continue;
    const field = document.createElement("input");
    field.type = "search";
    field.autocomplete = "off";
    field.setAttribute("aria-description", list.labels[0]?.textContent.trim() ?? "");
    field.setAttribute("aria-controls", list.id);
    field.addEventListener("input", () => narrow(list, entries, field.value));
    // Enter would save the whole page; here it leads to the list.
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      list.focus();
    });
    const label = document.createElement("label");
    label.className = "list-search";
    label.append(`${form.dataset.search} `, field);
    list.before(label);
  }
})();
