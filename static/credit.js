// The form of a credit note: "All" fills its field at once; without it the button sends the form and comes back filled.
"use strict";

(() => {
  const form = document.getElementById("credit-form");
  if (!form) return;
  form.classList.add("has-script");
  const changed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));
  for (const button of form.querySelectorAll("button[data-all]")) {
    button.addEventListener("click", (event) => {
      const field = document.getElementById(button.dataset.field);
      event.preventDefault();
      field.value = button.dataset.all;
      changed(field);
    });
  }
  // What was typed before this ran, or what the browser fills in again on the way back, is shown as well.
  window.addEventListener("pageshow", () => {
    const isTyped = (field) => field.checked !== field.defaultChecked || field.value !== field.defaultValue;
    const typed = [...form.querySelectorAll("input:not([type=hidden])")].find(isTyped);
    if (typed) changed(typed);
  });
})();
