// Toasts go after eight seconds, not while somebody reads them; z takes back this tab's own last act.
import { act, keymap } from "k/keys";

const STAY = 8000, MOST = 50;
const read = name => JSON.parse(sessionStorage.getItem(name) ?? "[]");
const keep = (name, list) => sessionStorage.setItem(name, JSON.stringify(list.slice(-MOST)));
const push = (name, url) => keep(name, [...read(name).filter(one => one !== url), url]);
const pull = (name, url) => keep(name, read(name).filter(one => one !== url));
const last = name => {
  const url = read(name).pop();
  if (!url) return;
  pull(name, url);
  htmx.ajax("POST", url, { source: document.body, target: "#toasts", swap: "beforeend" });
};

act.undo = () => last("done");
act.redo = () => last("undone");
keymap({ z: "undo", "shift+z": "redo" });

customElements.define("k-toast", class extends HTMLElement {
  connectedCallback() {
    const url = this.dataset.undo;
    if (url && !this.told) push("redo" in this.dataset ? "undone" : "done", url);
    this.told = true;
    // One offer at a time; older acts are still taken back by the key, one after the other.
    if (url) this.parentElement?.querySelectorAll("[data-undo]").forEach(one => one !== this && one.remove());
    if (this.dataset.job) this.parentElement?.querySelectorAll(`[data-job="${this.dataset.job}"]`).forEach(one => one !== this && one.remove());
    this.rise();
    this.addEventListener("mouseenter", () => clearTimeout(this.timer));
    this.addEventListener("focusin", () => clearTimeout(this.timer));
    this.addEventListener("mouseleave", () => this.count());
    this.addEventListener("focusout", () => this.count());
    this.addEventListener("submit", () => { ["done", "undone"].forEach(name => pull(name, url)); this.hidden = true; });
    this.addEventListener("click", event => event.target.closest("[data-dismiss]") && this.remove());
    this.count();
  }

  // Above an open dialog, where there is one: what is in the top layer covers everything else.
  rise() {
    const region = this.closest(".toasts");
    if (!region) return;
    if (region.matches("[popover]")) region.hidePopover();
    region.popover = document.querySelector("dialog[open]") ? "manual" : null;
    if (region.popover) region.showPopover();
  }

  disconnectedCallback() { clearTimeout(this.timer); }

  // One that watches a job stays until the job is done.
  count() { clearTimeout(this.timer); if (!("running" in this.dataset)) this.timer = setTimeout(() => this.remove(), STAY); }
});
