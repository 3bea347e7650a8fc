// The list by keyboard: j k move, Enter opens, Space peeks. What is selected in it: bulk.js.
import { act, hasDialog, isTyping, keymap } from "k/keys";

let list;
const when = run => event => list && !hasDialog() && run(list, event);
keymap({
  j: when(one => one.move(1)), k: when(one => one.move(-1)),
  "/": when((one, event) => { event.preventDefault(); one.querySelector("[data-slash]")?.select(); }),
});

customElements.define("k-table", class extends HTMLElement {
  connectedCallback() {
    list = this;
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("keydown", event => this.key(event), { signal });
    document.addEventListener("k:changed", () => this.refresh(), { signal });
  }

  disconnectedCallback() { this.stop.abort(); if (list === this) list = null; }

  get rows() { return [...this.querySelectorAll("tr[data-uid]")]; }
  get current() { return this.querySelector("tr[data-cur]"); }

  key(event) {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
    if (!plain || isTyping(event.target) || hasDialog() || event.target.closest("summary, details, nav")) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.move(step);
    else if (event.target !== document.body || !this.current) return;
    else if (event.key === "Enter") location.assign(this.current.dataset.href);
    else if (event.key === " ") act.panel(`${this.current.dataset.href}/peek`);
    else return;
    event.preventDefault();
  }

  move(step) {
    const rows = this.rows, now = rows.indexOf(this.current);
    const next = rows[Math.max(0, Math.min(now + step, rows.length - 1))];
    this.current?.removeAttribute("data-cur");
    next?.setAttribute("data-cur", "");
    next?.scrollIntoView({ block: "nearest" });
    document.activeElement?.blur();
  }

  // As many rows again as are shown, put over the old ones: focus and place stay.
  async refresh() {
    if (this.querySelector(".cell-form")?.contains(document.activeElement)) return;
    const url = new URL(location);
    url.searchParams.set("size", Math.max(50, this.rows.length));
    await htmx.ajax("GET", url.pathname + url.search, { target: "#list", swap: "outerMorph" });
  }
});

// A filter was added: its menu closes, ready for the next one.
document.addEventListener("k:filtered", () => {
  const menu = document.querySelector("[data-filter]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("select").value = "";
  menu.querySelector("#adding").replaceChildren();
  menu.querySelector("summary").focus();
});
