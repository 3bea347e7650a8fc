// A calendar: a board whose columns are days. Shift and an arrow move an entry by a day or a week.
import { Board } from "k/board";
import { hasDialog, isTyping } from "k/keys";

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const later = (day, step) => {
  const date = new Date(`${day}T00:00Z`);
  date.setUTCDate(date.getUTCDate() + step);
  return date.toISOString().slice(0, 10);
};

customElements.define("k-calendar", class extends Board {
  part = "calendar";

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("keydown", event => event.target === document.body && this.key(event), { signal: this.stop.signal });
  }

  get isTable() { return Boolean(this.lanes[0]?.matches("td")); }
  chosen(event) { return event.target.elements.to.value; }
  lane(day) { return this.lanes.find(one => one.dataset.lane === day); }
  around(element) { return element.closest?.(".calendar-card"); }
  stops(lane) { return [lane.querySelector(".calendar-date"), ...this.cards(lane).map(one => this.title(one))]; }

  key(event) {
    const step = STEPS[event.key], card = this.around(event.target);
    if (!step || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || hasDialog() || (event.shiftKey && !card) || (event.target.closest("summary, nav") && !event.shiftKey)) return;
    if (event.shiftKey) this.move(card, now => this.by(now, step));
    else if (!this.go(event.target, step)) return;
    event.preventDefault();
  }

  by(card, step) {
    const from = card.closest(".calendar-lane"), to = later(from.dataset.lane, step);
    this.left = from.dataset.lane;
    return { lane: this.lane(to), to };
  }

  // In a table by its rows and columns, and up and down within a day; in an agenda along its lines.
  go(from, step) {
    const { lanes } = this, here = from.closest(".calendar-lane");
    const next = here ? this.near(lanes, here, from, step) : this.stops(lanes.find(one => one.matches(".is-today")) ?? lanes[0] ?? this)[0];
    next?.focus();
    return Boolean(next);
  }

  near(lanes, here, from, step) {
    const stops = this.stops(here), at = stops.indexOf(from), isDown = Math.abs(step) > 1;
    if (!this.isTable) {
      const every = isDown ? lanes.flatMap(one => this.stops(one)) : lanes.map(one => this.stops(one)[0]);
      return every[every.indexOf(isDown ? from : stops[0]) + Math.sign(step)];
    }
    const day = this.lane(later(here.dataset.lane, step)), date = day && this.stops(day)[0];
    if (!isDown) return date;
    return at > 0 ? stops[at + Math.sign(step)] ?? date : date ?? stops[at + Math.sign(step)];
  }

  // What somebody types is not drawn over: that waits until the menu is shut.
  async refresh() {
    const open = this.querySelector(".calendar-move[open]");
    if (open) open.ontoggle = () => { open.ontoggle = null; this.refresh(); };
    else await super.refresh();
  }

  // What went beyond the days that are shown leaves the focus where it was.
  focusOn(uid) { (this.title(this.card(uid)) ?? this.lane(this.left)?.querySelector(".calendar-date"))?.focus(); }
});
