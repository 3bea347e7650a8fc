// A part of a page that asks for itself again when records changed.
customElements.define("k-refresh", class extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    document.addEventListener("k:changed", () => htmx.ajax("GET", this.dataset.src, { target: this, swap: "outerMorph" }), { signal: this.stop.signal });
  }

  disconnectedCallback() { this.stop.abort(); }
});
