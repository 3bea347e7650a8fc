// Choosing a record: type, arrows, Enter or Tab take it; the server says what there is.
const PAUSE = 120;

customElements.define("k-combobox", class extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("[role=combobox]");
    this.uid = this.querySelector("[data-uid]");
    this.list = this.querySelector("[role=listbox]");
    this.input.addEventListener("input", () => { this.uid.value = ""; this.wait(PAUSE); });
    this.input.addEventListener("click", () => this.list.hidden && this.wait(0));
    this.input.addEventListener("keydown", event => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", event => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.take(option);
    });
  }

  disconnectedCallback() { clearTimeout(this.timer); this.asking?.abort(); }

  get options() { return [...this.list.querySelectorAll("[role=option]")]; }
  get current() { return this.list.querySelector("[aria-selected=true]"); }

  wait(moment) { clearTimeout(this.timer); this.timer = setTimeout(() => this.ask(), moment); }

  async ask() {
    this.asking?.abort();
    this.asking = new AbortController();
    const url = new URL(this.dataset.url, location.href), typed = this.input.value.trim();
    if (!this.uid.value) url.searchParams.set("q", typed);
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: this.asking.signal });
      if (!answer.ok || document.activeElement !== this.input) return;
      this.list.innerHTML = await answer.text();
    } catch { return; }
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.options.forEach((one, place) => { one.id = `${this.list.id}-${place}`; });
    this.mark(typed && !this.uid.value ? this.options.find(one => "likely" in one.dataset) : null);
  }

  mark(option) {
    this.options.forEach(one => one.setAttribute("aria-selected", one === option));
    if (option) { this.input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
    else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.list.hidden) return this.wait(0);
      const all = this.options, now = all.indexOf(this.current);
      this.mark(all[(now + step + all.length) % all.length] ?? all[0]);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !this.list.hidden && this.current) {
      event.preventDefault();
      this.take(this.current);
    } else if (event.key === "Tab" && !this.list.hidden && this.current) this.take(this.current);
    else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  take(option) {
    this.uid.value = option.dataset.uid;
    this.input.value = option.dataset.title;
    this.close();
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
});
