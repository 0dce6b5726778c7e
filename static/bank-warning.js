// Shows the bank warning for the account that was just chosen. Without it, the button beside the field does the same.
"use strict";

(() => {
  const place = document.getElementById("account-warning");
  const account = place && document.getElementById(place.dataset.for);
  if (!account) return;
  document.getElementById("show-warning")?.setAttribute("hidden", "");

  let latest = 0;
  account.addEventListener("change", async () => {
    const mine = ++latest;
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${place.dataset.source}?account=${encodeURIComponent(account.value)}`);
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const words = await answer.text();
      // Of two quick choices the first answer may come last.
      if (mine === latest) place.innerHTML = words;
    } catch {
      document.getElementById("show-warning")?.removeAttribute("hidden");
    } finally {
      if (mine === latest) place.removeAttribute("aria-busy");
    }
  });
})();
