// A broken row: tried again when one leaves it changed; an import that is pressed waits for that.
let asked; // the form that waits until every row was tried

customElements.define("k-mend", class extends HTMLElement {
  connectedCallback() {
    this.sent = this.said();
    this.addEventListener("focusout", event => { if (!this.contains(event.relatedTarget)) this.send(); });
    this.addEventListener("submit", event => { if (this.busy) event.preventDefault(); else { this.busy = true; this.sent = this.said(); } });
    this.addEventListener("htmx:finally:request", () => { this.busy = false; setTimeout(goOn); });
  }

  get form() { return this.querySelector("form"); }
  get isDirty() { return this.said() !== this.sent; }
  said() { return [...this.querySelectorAll("input:not([type=hidden]), textarea")].map(one => `${one.name}=${one.value}`).join("&"); }
  send() { if (!this.busy && this.isConnected && this.isDirty) this.form.requestSubmit(); }
});

const rows = () => [...document.querySelectorAll("k-mend")];
const goOn = () => {
  rows().forEach(one => one.send());
  if (!asked || rows().some(one => one.busy)) return;
  const form = document.querySelector("[data-after-mending]");
  asked = undefined;
  form?.requestSubmit();
};

document.addEventListener("submit", event => {
  if (!event.target.matches("[data-after-mending]")) return;
  rows().forEach(one => one.send());
  if (!rows().some(one => one.busy)) return;
  event.preventDefault();
  asked = true;
}, { capture: true });
