// The palette: asks while you type, drops the answer to what you no longer ask, opens with one key.
import { act } from "k/keys";

customElements.define("k-palette", class extends HTMLElement {
  connectedCallback() {
    [this.dialog, this.input, this.list, this.told] = ["dialog", "input", ".palette-list", "[data-count]"].map(one => this.querySelector(one));
    this.input.addEventListener("input", () => this.search());
    this.dialog.addEventListener("keydown", event => this.key(event));
    this.list.addEventListener("click", event => this.open(event.target.closest("[role=option]")));
    this.dialog.addEventListener("close", () => this.asking?.abort());
    act.palette = words => this.show(typeof words === "string" ? words : "");
  }

  get options() { return [...this.list.querySelectorAll("[role=option]")]; }

  show(words) {
    document.querySelectorAll("dialog[open]").forEach(one => one !== this.dialog && one.close());
    if (!this.dialog.open) this.dialog.showModal();
    this.input.value = words;
    this.input.focus();
    this.search();
  }

  async search() {
    this.asking?.abort();
    this.early = false;
    this.shown = null;
    this.asking = new AbortController();
    const query = new URLSearchParams({ q: this.input.value, here: this.dataset.here });
    try {
      const answer = await fetch(`${this.dataset.src}?${query}`, { signal: this.asking.signal, headers: { "HX-Request": "true" } });
      if (answer.headers.get("HX-Redirect")) return location.assign(answer.headers.get("HX-Redirect"));
      if (!answer.ok) throw new Error(answer.status);
      this.list.innerHTML = await answer.text();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.list.replaceChildren(this.querySelector("[data-failed]").content.cloneNode(true));
    }
    this.shown = this.input.value;
    this.pick(0);
    this.told.textContent = this.options.length;
    if (this.early) this.open(this.options[0]);
  }

  pick(place) {
    const all = this.options;
    if (!all.length) return this.input.removeAttribute("aria-activedescendant");
    this.at = (place + all.length) % all.length;
    all.forEach((one, i) => one.setAttribute("aria-selected", i === this.at));
    all[this.at].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", all[this.at].id);
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); this.pick(this.at + step); }
    else if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); this.enter(); }
    else if (event.key.toLowerCase() === "c" && (event.ctrlKey || event.metaKey)) this.copy(event);
  }

  // Whoever is quicker than the answer means what they typed, not what stands there from before.
  enter() { if (this.shown === this.input.value) this.open(this.options[this.at]); else this.early = true; }

  copy(event) {
    const phone = this.options[this.at]?.dataset.phone;
    if (!phone || this.input.selectionStart !== this.input.selectionEnd) return;
    event.preventDefault();
    navigator.clipboard?.writeText(phone);
    document.querySelector("#toasts").append(this.querySelector("[data-copied]").content.cloneNode(true));
  }

  open(option) {
    if (!option) return;
    const { href, panel, act: name } = option.dataset;
    this.dialog.close();
    if (href) location.assign(href);
    else if (panel) act.panel(panel);
    else act[name]?.();
  }
});
