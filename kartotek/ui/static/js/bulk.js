// What is selected in a list: by x, by clicks and ranges, all of the page, or all that match.
import { act, hasDialog, isTyping, keymap } from "k/keys";

let bar;
const when = run => () => bar?.isConnected && run(bar);
keymap({
  x: when(one => one.toggle()),
  "shift+x": when(one => one.reach(one.cursor)),
  Delete: when(one => one.chosen.length && one.querySelector("[data-remove]")?.click()),
});
// With several rows selected, e is about all of them; true where that is so.
act.editMany = () => {
  const button = bar?.isConnected && bar.chosen.length > 1 && bar.querySelector("[data-edit]");
  if (button) button.click();
  return Boolean(button);
};

customElements.define("k-bulk", class extends HTMLElement {
  connectedCallback() {
    bar = this;
    this.table = this.closest("k-table");
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("keydown", event => this.key(event), { signal, capture: true });
    document.addEventListener("k:cleared", () => this.set(false), { signal });
    this.table.addEventListener("click", event => this.click(event), { signal });
    this.table.addEventListener("change", event => event.target.matches("[data-all]") ? this.set(event.target.checked) : event.target.matches("[name=uid]") && this.changed(), { signal });
    this.table.addEventListener("htmx:after:swap", () => this.swapped(), { signal });
  }

  disconnectedCallback() { this.stop.abort(); if (bar === this) bar = null; }

  get boxes() { return [...this.table.querySelectorAll("tbody [name=uid]")]; }
  get chosen() { return this.boxes.filter(box => box.checked); }
  get cursor() { return this.table.querySelector("tr[data-cur] [name=uid]"); }
  get asked() { return this.querySelector("[name=all]"); }

  key(event) {
    if (event.key !== "Escape" || hasDialog() || isTyping(event.target)) return;
    // An open menu closes first.
    if (this.chosen.length && !document.querySelector("details[data-popup][open]")) this.set(false);
  }

  click(event) {
    const box = event.target.closest("[name=uid]"), button = event.target.closest("k-bulk button");
    if (box && event.shiftKey && this.last) this.reach(box, box.checked);
    if (box) { this.last = box; this.changed(); }
    if (!button) return;
    const { merge } = button.dataset;
    if ("clear" in button.dataset) this.set(false);
    if ("every" in button.dataset) { this.every = this.asked.value; this.count(); }
    if (merge && this.chosen.length > 1) location.assign(`${merge}?${this.chosen.map(one => `uid=${one.value}`).join("&")}`);
  }

  toggle() { const box = this.cursor; if (box) { box.checked = !box.checked; this.last = box; this.changed(); } }
  set(value) { this.boxes.forEach(box => { box.checked = value; }); this.changed(); }
  changed() { this.every = undefined; this.count(); }

  // From the last one that was selected to this one.
  reach(box, value = true) {
    if (!box) return;
    const all = this.boxes, [from, to] = [all.indexOf(this.last ?? box), all.indexOf(box)].sort((a, b) => a - b);
    all.slice(Math.max(from, 0), to + 1).forEach(one => { one.checked = value; });
    this.last = box;
    this.changed();
  }

  // Rows that came in belong to all that match, as long as the question is the same.
  swapped() {
    if (this.every !== this.asked?.value) this.every = undefined;
    else if (this.every !== undefined) this.boxes.forEach(box => { box.checked = true; });
    this.count();
  }

  count() {
    const boxes = this.boxes, count = this.chosen.length, part = name => this.querySelector(name);
    const every = this.every !== undefined, whole = count > 0 && count === boxes.length, head = this.table.querySelector("[data-all]");
    boxes.forEach(box => box.closest("tr").setAttribute("aria-selected", box.checked));
    if (head) { head.checked = whole; head.indeterminate = count > 0 && !whole; }
    const offer = part("button[data-every]"), said = part("[data-said]"), live = part("[data-live]");
    const some = said.dataset.some.replace("{n}", new Intl.NumberFormat(document.documentElement.lang).format(count));
    part("form").hidden = !count;
    part("[data-merge]")?.toggleAttribute("disabled", every || count < 2 || count > part("[data-merge]").dataset.most);
    offer.hidden = every || !whole || !this.table.querySelector("tr.more");
    this.table.toggleAttribute("data-every", every);
    this.asked.disabled = !every;
    // All of them in one field: a form has room for a thousand.
    part("[name=uid]").disabled = every;
    part("[name=uid]").value = this.chosen.map(box => box.value).join();
    part("[name=told]").value = every ? offer.dataset.total : count;
    said.textContent = every ? said.dataset.everySaid : some;
    if (live.textContent !== (count ? said.textContent : "")) live.textContent = count ? said.textContent : "";
  }
});
