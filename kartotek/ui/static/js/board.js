// A board: cards are dragged, or moved by Shift and an arrow; the arrows alone go from card to card.
const SIDE = { ArrowLeft: -1, ArrowRight: 1 }, DOWN = { ArrowUp: -1, ArrowDown: 1 };

customElements.define("k-board", class extends HTMLElement {
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

  get lanes() { return [...this.querySelectorAll(".board-lane")]; }
  cards(lane) { return [...lane.querySelectorAll(".board-card")]; }
  card(uid) { return this.querySelector(`.board-card[data-uid="${CSS.escape(uid)}"]`); }

  sent(event) {
    const menu = event.target.closest(".board-move"), card = menu?.closest(".board-card");
    if (!card) return;
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
    this.move(card, () => this.lanes.find(lane => lane.dataset.lane === event.submitter.value), event.submitter.value);
  }

  key(event) {
    const card = event.target.closest(".board-card"), side = SIDE[event.key], down = DOWN[event.key];
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.shiftKey && side) this.move(card, now => this.beside(now, side));
    else if (event.shiftKey || !(side || down) || !event.target.matches(".board-title")) return;
    else this.near(card, side, down)?.querySelector(".board-title").focus();
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
    this.held = event.target.closest?.(".board-card[draggable=true]");
    if (!this.held) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", this.held.querySelector(".board-title").textContent);
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
    this.move(this.held, () => this.lanes.find(one => one.id === lane.id));
  }

  rest() {
    this.held?.removeAttribute("data-held");
    this.held = null;
    this.lanes.forEach(one => one.removeAttribute("data-over"));
  }

  // One after the other: each is sent with the version that the one before has left.
  move(card, where, to) {
    const { uid } = card.dataset, isFocused = card.contains(document.activeElement);
    this.work = this.work.then(() => this.send(uid, where, to, isFocused)).catch(() => {});
  }

  async send(uid, where, to, isFocused) {
    const card = this.card(uid), form = card?.querySelector(".board-move form"), lane = card && where(card);
    if (!form || lane?.contains(card) || !(lane || to)) return;
    const [home, next] = [card.parentElement, card.nextElementSibling];
    const values = { version: form.elements.version.value, to: to ?? lane.dataset.lane };
    card.toggleAttribute("data-moving", true);
    lane?.querySelector(".board-cards").prepend(card); // at once; the fresh board puts it in its place
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

  focusOn(uid) { this.card(uid)?.querySelector(".board-title").focus(); }

  async refresh() {
    if (!this.sending && !this.held) await htmx.ajax("GET", location.pathname + location.search, { target: "#list", swap: "outerMorph" });
  }
});
