// Pairs by keyboard: j k or the arrows move; m merges, d tells apart the pair one stands on (or,
// among those told apart, takes that back).
import { hasDialog, isTyping } from "k/keys";

const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

customElements.define("k-alike", class extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("keydown", event => this.key(event), { signal });
    document.addEventListener("htmx:after:swap", () => this.show(), { signal });
    this.addEventListener("focusin", event => this.stand(event.target.closest("[data-pair]")), { signal });
    this.show();
  }

  disconnectedCallback() { this.stop.abort(); }

  get pairs() { return [...this.querySelectorAll("[data-pair]")]; }

  key(event) {
    const step = STEPS[event.key], isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const isOff = document.documentElement.dataset.keys === "off" && event.key.length === 1;
    if (!step || !isPlain || isOff || isTyping(event.target) || hasDialog() || event.target.closest("details, nav")) return;
    event.preventDefault();
    const next = Math.max(0, Math.min((this.moved ? this.at : -1) + step, this.pairs.length - 1));
    this.moved = true;
    this.pairs[next]?.focus();
  }

  // The pair one stands on carries the keys; when it goes, the one that took its place does.
  stand(pair) {
    if (!pair) return;
    this.at = this.pairs.indexOf(pair);
    this.show();
  }

  show() {
    const { pairs } = this;
    this.at = Math.max(0, Math.min(this.at ?? 0, pairs.length - 1));
    pairs.forEach((pair, place) => {
      const isHere = place === this.at;
      pair.toggleAttribute("data-cur", isHere);
      for (const [mark, key] of [["merge-pair", "m"], ["not-same", "d"], ["suggest", "d"]]) {
        const control = pair.querySelector(`[data-${mark}]`);
        if (isHere) control?.setAttribute("data-key", key);
        else control?.removeAttribute("data-key");
      }
    });
  }
});
