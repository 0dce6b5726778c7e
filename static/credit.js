// The form of a credit note: "All" fills its field at once; without it the button sends the form and comes back filled.
"use strict";

for (const button of document.querySelectorAll("button[data-all]")) {
  button.addEventListener("click", (event) => {
    const field = document.getElementById(button.dataset.field);
    event.preventDefault();
    field.value = button.dataset.all;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
document.getElementById("credit-form")?.classList.add("has-script");
