// Says so when an answer takes its time: the words stand in the status region after 0.4 s and change after 2 s.
"use strict";

(() => {
  const status = document.getElementById("status");
  for (const form of document.querySelectorAll("form[data-busy]")) {
    form.addEventListener("submit", () => {
      form.setAttribute("aria-busy", "true");
      // Who only looks must see it too; the page is about to go in any case.
      status.classList.remove("visually-hidden");
      setTimeout(() => { status.textContent = form.dataset.busy; }, 400);
      if (form.dataset.slow) setTimeout(() => { status.textContent = form.dataset.slow; }, 2000);
    });
  }
})();
