// A board: cards are dragged, or moved by Shift and an arrow; the arrows alone go from card to card.
const SIDE = { ArrowLeft: -1, ArrowRight: 1 }, DOWN = { ArrowUp: -1, ArrowDown: 1 };

export class Board extends HTMLElement {
  part = "board"; // how the classes of its parts begin

  connectedCallback() {
    this.stop = new AbortController();
    this.work ??= Promise.resolve();
    const listen = (target, type, run) => target.addEventListener(type, run, { signal: this.stop.signal });
    listen(this, "submit", event => this.sent(event));
    listen(this, "keydown", event => this.key(event));
    listen(this, "dragstart", event => this.lift(event));
    listen(this, "dragover", event => this.over(event));
    listen(this, "drop", event => this.drop(event));
    listen(this, "dragend", () => this.rest());
    listen(document, "k:changed", () => this.refresh());
    listen(document, "k:news", () => this.refresh());
  }

  disconnectedCallback() { this.stop.abort(); }

  all(root, part) { return [...root.querySelectorAll(`.${this.part}-${part}`)].filter(one => one.checkVisibility()); }
  get lanes() { return this.all(this, "lane"); }
  cards(lane) { return this.all(lane, "card"); }
  card(uid) { return this.all(this, "card").find(one => one.dataset.uid === uid); }
  title(card) { return card?.querySelector(`.${this.part}-title`); }
  isTitle(element) { return element.matches(`.${this.part}-title`); }
  around(element) { return element.closest?.(`.${this.part}-card`); }
  to(lane) { return { lane, to: lane?.dataset.lane }; }

  sent(event) {
    const menu = event.target.closest(`.${this.part}-move`), card = menu && this.around(menu);
    if (!card) return;
    const to = this.chosen(event);
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
    this.move(card, () => ({ lane: this.lanes.find(lane => lane.dataset.lane === to), to }));
  }

  chosen(event) { return event.submitter.value; }

  key(event) {
    const card = this.around(event.target), side = SIDE[event.key], down = DOWN[event.key];
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.shiftKey && side) this.move(card, now => this.to(this.beside(now, side)));
    else if (event.shiftKey || !(side || down) || !this.isTitle(event.target)) return;
    else this.title(this.near(card, side, down))?.focus();
    event.preventDefault();
  }

  // The next column on that side that takes cards; the next card below, or in the next column that has any.
  beside(card, side) {
    const lanes = this.lanes.filter(lane => "lane" in lane.dataset || lane.contains(card));
    return lanes[lanes.findIndex(lane => lane.contains(card)) + side];
  }

  near(card, side, down) {
    const lanes = this.lanes.filter(lane => this.cards(lane).length), at = lanes.findIndex(lane => lane.contains(card));
    const place = this.cards(lanes[at]).indexOf(card);
    if (down) return this.cards(lanes[at])[place + down];
    const next = lanes[at + side] ? this.cards(lanes[at + side]) : [];
    return next[Math.min(place, next.length - 1)];
  }

  lift(event) {
    const card = this.around(event.target);
    this.held = card?.draggable ? card : null;
    if (!this.held) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", this.title(this.held).textContent);
    this.held.toggleAttribute("data-held", true);
  }

  over(event) {
    const lane = this.held && event.target.closest("[data-lane]");
    this.lanes.forEach(one => one.toggleAttribute("data-over", one === lane && !one.contains(this.held)));
    if (lane) event.preventDefault();
  }

  drop(event) {
    const lane = this.held && event.target.closest("[data-lane]");
    if (!lane) return;
    event.preventDefault();
    this.move(this.held, () => this.to(this.lanes.find(one => one.id === lane.id)));
  }

  rest() {
    this.held?.removeAttribute("data-held");
    this.held = null;
    this.lanes.forEach(one => one.removeAttribute("data-over"));
  }

  // One after the other: each is sent with the version that the one before has left.
  move(card, where) {
    const { uid } = card.dataset, isFocused = card.contains(document.activeElement);
    this.work = this.work.then(() => this.send(uid, where, isFocused)).catch(() => {});
  }

  async send(uid, where, isFocused) {
    const card = this.card(uid), form = card?.querySelector(`.${this.part}-move form`);
    if (!form) return;
    const { lane, to } = where(card), [home, next] = [card.parentElement, card.nextElementSibling];
    if (!to || lane?.contains(card)) return;
    const values = { ...Object.fromEntries(new FormData(form)), to };
    delete values.csrfmiddlewaretoken; // the page sends its own with everything
    card.toggleAttribute("data-moving", true);
    lane?.querySelector(`.${this.part}-cards`).prepend(card); // at once; the fresh board puts it in its place
    if (isFocused) this.focusOn(uid);
    this.sending = true;
    try {
      await htmx.ajax("POST", form.getAttribute("action"), { source: document.body, target: "#toasts", swap: "beforeend", values });
    } finally { this.sending = false; }
    await this.refresh();
    if (card.isConnected && card.hasAttribute("data-moving")) { // no fresh board came: nothing was moved
      card.removeAttribute("data-moving");
      home.insertBefore(card, next?.parentElement === home ? next : null);
    }
    if (isFocused) this.focusOn(uid);
  }

  focusOn(uid) { this.title(this.card(uid))?.focus(); }

  async refresh() {
    if (!this.sending && !this.held) await htmx.ajax("GET", location.pathname + location.search, { target: "#list", swap: "outerMorph" });
  }
}

customElements.define("k-board", Board);
