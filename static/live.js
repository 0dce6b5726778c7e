// Follows the work: what htmx asks for is looked at here before it takes its place. Without it the pages stand still.
"use strict";

(() => {
  const alertRegion = document.getElementById("alert");
  const words = document.getElementById("live-words");
  if (!alertRegion || !words) return;

  const isPoll = (element) => element.id === "poll";
  const isInUse = (place) => {
    const chosen = document.getSelection();
    return place.contains(document.activeElement)
      || Boolean(chosen && !chosen.isCollapsed && place.contains(chosen.anchorNode));
  };
  const say = (text) => { if (alertRegion.textContent !== text) alertRegion.textContent = text; };
  const isElsewhere = (xhr, path) => {
    const asked = new URL(path, location.href), came = new URL(xhr.responseURL || asked, location.href);
    return came.pathname !== asked.pathname;
  };

  // A hidden tab asks nothing; it looks at once when it is seen again.
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && isPoll(event.detail.elt)) event.preventDefault();
    else event.detail.target.setAttribute("aria-busy", "true");
  });
  document.addEventListener("visibilitychange", () => {
    const poll = document.getElementById("poll");
    if (!document.hidden && poll?.hasAttribute("hx-get")) window.htmx.trigger(poll, "wake");
  });
  document.body.addEventListener("htmx:afterRequest", (event) => event.detail.target.removeAttribute("aria-busy"));

  // Signed out, the answer is another page: ours stays, and asks no more.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo, elt } = event.detail;
    if (xhr.status === 200 && isElsewhere(xhr, pathInfo.requestPath)) {
      event.detail.shouldSwap = false;
      if (isPoll(elt)) elt.outerHTML = '<div id="poll"></div>';
      say(words.dataset.signedOut);
    } else if (xhr.status === 200) say("");
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(name, () => say(words.dataset.offline));
  }

  // An element as the server wrote it: without what changes by itself, by a click, or with each answer.
  const asWritten = (element) => {
    const copy = element.cloneNode(true);
    for (const each of [copy, ...copy.querySelectorAll("*")]) {
      for (const name of ["hx-swap-oob", "open", "style", "aria-busy"]) each.removeAttribute(name);
      if (each.getAttribute("class") === "") each.removeAttribute("class");
      if (each.name === "csrfmiddlewaretoken") each.removeAttribute("value");
    }
    return copy.outerHTML;
  };

  // What has not changed, holds the focus or a selection is left as it is; what was unfolded stays so.
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    const next = fragment.firstElementChild;
    const isSame = next?.id === target.id && asWritten(next) === asWritten(target);
    if (isSame || isInUse(target)) { event.detail.shouldSwap = false; return; }
    for (const open of target.querySelectorAll("details[open][id]")) {
      fragment.querySelector(`#${open.id}`)?.setAttribute("open", "");
    }
  });
})();
