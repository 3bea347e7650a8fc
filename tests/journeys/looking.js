// Text that is cut without dots, boxes whose content spills out, and texts that lie on each other.
// What scrolls by itself, what is only spoken, and what lies under an open dialog does not count.
() => {
  const dialog = [...document.querySelectorAll("dialog[open]")].pop();
  const top = dialog ?? document.body, root = document.documentElement, found = [];
  const shown = el => el.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !el.closest(".hidden, .skip, .public-away, option, svg");
  const says = el => [...el.childNodes].some(one => one.nodeType === 3 && one.data.trim());
  const told = el => `${el.tagName.toLowerCase()}.${el.className} “${(el.value || el.innerText || "").trim().slice(0, 40)}”`;
  const scrolls = style => [style.overflowX, style.overflowY].some(one => ["auto", "scroll"].includes(one));
  const cuts = style => style.overflowX !== "visible" || style.overflowY !== "visible";
  const inline = (el, up) => { for (let at = el; at !== up; at = at.parentElement) if (getComputedStyle(at).display !== "inline") return false; return true; };

  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide, the screen ${root.clientWidth}`);
  for (const el of top.querySelectorAll("details[open] > .menu-sheet")) {
    const { left, right } = el.getBoundingClientRect();
    if (shown(el) && (left < 0 || right > root.clientWidth)) found.push(`out of the screen: ${told(el)}`);
  }
  const texts = [...top.querySelectorAll("*")].filter(el => says(el) && shown(el));
  for (const el of texts) {
    for (let at = el; at && at !== top; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (!cuts(style)) continue;
      if (scrolls(style)) break;
      const dots = style.textOverflow === "ellipsis" && inline(el, at);
      if (!dots && at.scrollWidth > at.clientWidth + 1) found.push(`cut at the side: ${told(el)}`);
      if (at.scrollHeight > at.clientHeight + 2) found.push(`cut below: ${told(el)}`);
      break;
    }
  }
  for (const el of top.querySelectorAll("button, summary, label, a, .btn, .chip, .card, th, td")) {
    const style = getComputedStyle(el);
    if (!shown(el) || style.display === "inline" || cuts(style) || !el.clientWidth) continue;
    if (el.scrollWidth > el.clientWidth + 2 && !el.querySelector(".menu-sheet, .options")) found.push(`spills: ${told(el)}`);
  }

  const floats = el => { for (let at = el; at && at !== top; at = at.parentElement) if (["fixed", "sticky", "absolute"].includes(getComputedStyle(at).position)) return at; return null; };
  const seen = (el, rect) => {
    const box = { left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom };
    for (let at = el; at && at !== document.body; at = at.parentElement) {
      if (!cuts(getComputedStyle(at))) continue;
      const edge = at.getBoundingClientRect();
      box.left = Math.max(box.left, edge.left); box.right = Math.min(box.right, edge.right);
      box.top = Math.max(box.top, edge.top); box.bottom = Math.min(box.bottom, edge.bottom);
    }
    return box;
  };
  const lines = [];
  for (const el of texts) {
    const over = floats(el);
    for (const node of el.childNodes) {
      if (node.nodeType !== 3 || !node.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) lines.push({ el, over, box: seen(el, rect) });
    }
  }
  for (let i = 0; i < lines.length; i += 1) for (let j = i + 1; j < lines.length; j += 1) {
    const [a, b] = [lines[i], lines[j]];
    if (a.over !== b.over || a.el === b.el) continue;
    const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
    const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
    if (wide > 2 && high > 5) found.push(`over each other: ${told(a.el)} and ${told(b.el)}`);
  }
  return [...new Set(found)].slice(0, 12);
}
