// Editing in place: e begins, Enter and Tab save, Esc leaves; the cell one came from has the focus again.
import { act, keymap, on } from "k/keys";

const STOPS = ".value-edit, td > button.cell";
let opening = false; // the next editor was asked for and is not there yet
let back; // where the focus goes when the swap is done: { place, step }

const stops = from => [...(from.closest("tr, .record") ?? document).querySelectorAll(`${STOPS}, k-field.is-edited`)];
const next = (place, step) => {
  const all = stops(place), now = all.findIndex(one => place.contains(one));
  return now < 0 ? null : all[now + step];
};

// e opens the value one stands on; else the first of the row, or of the record.
keymap({ e: () => {
  if (act.editMany?.()) return;
  const here = document.activeElement.closest(".spot, td:has(.cell)");
  const place = here ?? document.activeElement.closest("tr[data-uid]") ?? document.querySelector("tr[data-cur], .record");
  [...place?.querySelectorAll(STOPS) ?? []].find(one => one.checkVisibility())?.click();
} });

customElements.define("k-field", class extends HTMLElement {
  connectedCallback() {
    if (!this.matches(".is-edited")) return;
    this.place = this.parentElement;
    this.querySelector("dialog")?.showModal();
    this.start = this.said();
    this.addEventListener("keydown", event => this.key(event));
    this.addEventListener("focusout", event => setTimeout(() => this.left(event)));
    this.addEventListener("pointerdown", event => { this.pointed = event.target.matches("select"); });
    // A browser that gives a button no focus would take a press on "Cancel" for leaving, which saves.
    this.addEventListener("mousedown", event => { if (this.isSingle && event.target.closest(".cell-buttons")) event.preventDefault(); });
    this.addEventListener("change", event => { if (this.isSingle && this.pointed && event.target.matches("select")) this.save(0); });
    this.addEventListener("submit", () => { back ??= { place: this.place, step: 0 }; this.busy = true; });
    this.addEventListener("htmx:finally:request", () => { this.busy = false; });
    this.querySelector("dialog")?.addEventListener("cancel", event => { event.preventDefault(); this.cancel(); });
  }

  get form() { return this.querySelector("form"); }
  get isSingle() { return !this.matches(".is-wide") && !this.querySelector("dialog"); }
  said() { return this.form ? new URLSearchParams(new FormData(this.form)).toString() : ""; }

  key(event) {
    if (event.defaultPrevented || this.querySelector("dialog")) return;
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.cancel(); }
    if (event.key === "Tab" && this.isSingle) { event.preventDefault(); this.save(event.shiftKey ? -1 : 1); }
  }

  // Clicking elsewhere saves; what was not changed is only closed.
  left() {
    if (!this.isConnected || !this.form || this.busy || !this.isSingle || !document.hasFocus() || this.contains(document.activeElement)) return;
    back = { place: null };
    this.send();
  }

  save(step) { back = { place: this.place, step }; this.send(); }
  cancel() { back = { place: this.place, step: 0 }; this.busy = true; this.querySelector("[data-cancel]").click(); }
  send() { this.said() === this.start && !this.querySelector("[aria-invalid], :invalid") ? this.querySelector("[data-cancel]").click() : this.form.requestSubmit(); }
});

// A list's editor stands in a cell of its own; both kinds come back to where they were.
document.addEventListener("htmx:after:swap", () => {
  opening = false;
  if (!back?.place?.isConnected) { back = back?.place === null ? undefined : back; return; }
  const { place, step } = back;
  if (place.querySelector("k-field.is-edited")) { back = undefined; return; }
  back = undefined;
  const own = place.querySelector(STOPS);
  const other = step ? next(place, step) : null;
  if (other && other !== own) { opening = true; other.click(); } else own?.focus();
});

// The page of a record asks for itself again, but never under somebody's hands.
const record = () => document.querySelector("k-record");
export const isBusy = () => opening || record()?.querySelector(".cell-form, dialog[open], .htmx-request");
let stale = false;
export const refreshLater = () => { stale = true; };
const refresh = async () => {
  if (!stale || !record() || isBusy()) return;
  stale = false;
  const open = [...record().querySelectorAll("details")].map(one => one.open);
  await htmx.ajax("GET", location.pathname + location.search, { target: "#record", swap: "outerMorph" });
  record()?.querySelectorAll("details").forEach((one, place) => { one.open = Boolean(open[place]); });
};
document.addEventListener("k:changed", () => { stale = Boolean(record()); refresh(); });
document.addEventListener("htmx:after:swap", () => setTimeout(refresh, 60));

document.addEventListener("htmx:before:swap", event => {
  const { target } = event.detail.ctx;
  if ((target === "#record" || target?.id === "record") && isBusy()) { event.preventDefault(); stale = true; }
});

on("click", "[data-log]", () => document.querySelector("[data-composer]")?.focus());
