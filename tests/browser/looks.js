// What a page looks like to somebody: texts that are cut or stand outside, and controls that the keyboard must reach.
"use strict";

(() => {
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const words = (element) => {
    const text = element.getAttribute("aria-label") || element.innerText || element.name || element.id;
    return `${element.tagName.toLowerCase()} "${String(text).trim().replace(/\s+/g, " ").slice(0, 60)}"`;
  };
  const style = (element) => getComputedStyle(element);
  const scrolls = (element) => ["auto", "scroll"].includes(style(element).overflowX);
  const within = (element, is) => Boolean(element) && (is(element) || within(element.parentElement, is));
  const isForEarsOnly = (element) => within(element, (each) => style(each).clipPath !== "none" || each.matches(".skip"));
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true }) && !isForEarsOnly(element);

  const hasOwnText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());

  // The widest line of the element's own text, as the reader sees it; what stands in it is measured by itself.
  const ownText = (element) => [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
  const rightEnd = (element) =>
    Math.max(...ownText(element).flatMap((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return [...range.getClientRects()].map((box) => box.right);
    }));

  // An address, of a person or of a page, has no place where it would rather be broken.
  const isInAddress = (text, at) => /@|:\/\//.test(`${/\S*$/.exec(text.slice(0, at))[0]}${/^\S*/.exec(text.slice(at))[0]}`);

  // Words of letters alone that go on in the next line, without a hyphen.
  const brokenWords = (element) =>
    [...element.childNodes].filter((node) => node.nodeType === 3).flatMap((node) =>
      [...node.data.matchAll(/[\p{L}\u00ad]{2,}/gu)].filter((word) => {
        if (isInAddress(node.data, word.index)) return false;
        const range = document.createRange();
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
      }).map((word) => word[0]));

  const cut = () => {
    const found = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push(`the page scrolls sideways, ${root.scrollWidth} px wide`);
    for (const element of document.body.querySelectorAll("*")) {
      if (!isSeen(element) || element.closest("svg")) continue;
      const isWide = element.clientWidth && element.scrollWidth > element.clientWidth + 1;
      const isHigh = element.clientHeight && element.scrollHeight > element.clientHeight + 1;
      const hides = ["hidden", "clip"].includes(style(element).overflowX);
      if (hides && (isWide || isHigh)) found.push(`cut: ${words(element)}`);
      if (!hasOwnText(element)) continue;
      for (const word of brokenWords(element)) found.push(`broken: ${word}`);
      if (isWide && !scrolls(element) && style(element).display !== "inline") found.push(`spills: ${words(element)}`);
      if (rightEnd(element) > innerWidth + 1 && !within(element, scrolls)) found.push(`outside: ${words(element)}`);
    }
    return found;
  };

  // Of a group of radio buttons Tab reaches one, the arrows the others.
  const group = (control) => (control.type === "radio" ? `${control.form?.action} ${control.name}` : null);

  let controls = [];
  const reached = new Set();
  const ringed = new Set();
  const expectControls = () => {
    controls = [...document.querySelectorAll(CONTROLS)].filter((each) => each.checkVisibility() && !each.matches(":disabled"));
    return controls.length;
  };

  // Notes what has the focus now. Answers how many controls have not had it yet, and a complaint if it lies under something.
  const step = () => {
    const here = document.activeElement;
    if (!controls.includes(here)) return { left: missed().length, complaint: null };
    reached.add(here);
    if (style(here).outlineStyle !== "none" && parseFloat(style(here).outlineWidth) >= 2) ringed.add(here);
    const box = here.getClientRects()[0];
    const above = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    const isFree = above && (above === here || here.contains(above) || above.contains(here));
    const over = above ? words(above) : "the window's edge";
    return { left: missed().length, complaint: isFree ? null : `covered by ${over}: ${words(here)}` };
  };

  const missed = () => {
    const groups = new Set([...reached].map(group).filter(Boolean));
    return controls.filter((each) => !reached.has(each) && !groups.has(group(each)));
  };

  // A field for a date has several stops, of which the inner ones show the focus themselves: one ring is enough.
  const summary = () => [
    ...missed().map((each) => `Tab never reaches ${words(each)}`),
    ...[...reached].filter((each) => !ringed.has(each)).map((each) => `shows no focus: ${words(each)}`),
  ];

  // What axe finds, each with the element that it is about.
  const axeFinds = async (options) => {
    const { violations } = await axe.run({ resultTypes: ["violations"], ...options });
    return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 120)}`));
  };

  window.looks = { axeFinds, cut, expectControls, step, summary };
})();
