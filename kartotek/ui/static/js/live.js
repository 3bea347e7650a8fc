// Asks whether anything on the page is new: while it is seen, and in one tab for all of a browser.
import { act } from "k/keys";

const PERIOD = 4000, IDLE = 30000, STILL = 60000, LONGEST = 60000, KEPT = 70000;
const LEASE = "k.live", ACTIVE = ["pointermove", "pointerdown", "keydown", "wheel", "focus"];

customElements.define("k-live", class extends HTMLElement {
  connectedCallback() {
    this.me = `${Date.now()}-${Math.random()}`;
    this.after = this.dataset.after;
    this.words = this.dataset.watch.split(",").filter(Boolean);
    [this.misses, this.moved] = [0, Date.now()];
    this.stop = new AbortController();
    const { signal } = this.stop, listen = (target, type, run) => target.addEventListener(type, run, { signal, passive: true, capture: true });
    ACTIVE.forEach(type => listen(window, type, () => this.active()));
    listen(document, "visibilitychange", () => document.hidden ? this.rest() : this.begin());
    listen(window, "pagehide", () => this.rest());
    listen(window, "pageshow", event => event.persisted && this.begin());
    listen(window, "online", () => this.soon(0));
    if (!document.hidden) this.begin();
  }

  disconnectedCallback() { this.stop.abort(); this.rest(); }

  begin() {
    this.rest();
    this.others = new Map();
    this.channel = new BroadcastChannel(LEASE);
    this.channel.onmessage = event => this.hear(event.data);
    this.soon(this.after && performance.now() < PERIOD ? PERIOD : 0);
  }

  rest() {
    clearTimeout(this.timer);
    this.joined = false;
    this.channel?.close();
    this.channel = null;
    if (this.holder()?.me === this.me) localStorage.removeItem(LEASE);
  }

  active() {
    const wasIdle = this.isIdle;
    this.moved = Date.now();
    if (wasIdle && this.channel) this.soon(0);
  }

  get isIdle() { return Date.now() - this.moved > STILL; }
  get pause() { return this.misses ? Math.min(PERIOD * 2 ** this.misses, LONGEST) * (0.75 + Math.random() / 2) : this.isIdle ? IDLE : PERIOD; }
  soon(wait) { clearTimeout(this.timer); this.timer = setTimeout(() => this.tick(), wait); }
  tell(message) { this.channel?.postMessage(message); }

  // One tab has the lease; whoever finds it run out takes it. Two at once only ask twice.
  holder() { try { return JSON.parse(localStorage.getItem(LEASE)); } catch { return null; } }
  leads() {
    const held = this.holder(), now = Date.now();
    if (held && held.me !== this.me && held.until > now) return false;
    try { localStorage.setItem(LEASE, JSON.stringify({ me: this.me, until: now + this.pause + PERIOD })); } catch { /* each tab asks */ }
    return true;
  }

  async tick() {
    if (this.leads()) await this.ask([...this.others].filter(([, one]) => Date.now() - one.at < KEPT));
    else this.tell({ from: this.me, words: this.words, isIdle: this.isIdle });
    if (this.channel) this.soon(this.pause);
  }

  hear(message) {
    if (message.ended) this.soon(0);
    else if (message.from) { this.others.set(message.from, { words: message.words, at: Date.now() }); if (!message.isIdle) this.active(); }
    else if (!message.ids.includes(this.me)) this.joined = false;
    else if (this.joined) { this.after = message.after; this.show(message.news); }
    else { this.joined = true; this.ask([]); } // what happened before the other tab asked for this one
  }

  async ask(others) {
    const words = [...new Set([...this.words, ...others.flatMap(([, one]) => one.words)])].slice(0, 40);
    try {
      const query = new URLSearchParams({ after: this.after, watch: words.join(",") });
      const answer = await fetch(`${this.dataset.src}?${query}`, { cache: "no-store", signal: AbortSignal.timeout(20000) });
      if ([401, 403].includes(answer.status)) return this.close(await answer.text());
      if (answer.status === 422) this.after = "";
      else if (!answer.ok) throw new Error(answer.status);
      const news = answer.status === 200 ? await answer.json() : null;
      this.after = answer.headers.get("Live-After") ?? "";
      this.misses = 0;
      this.show(news);
      if (others.length) this.tell({ ids: others.map(([id]) => id), after: this.after, news });
    } catch { this.misses += 1; }
    this.querySelector("[data-away]").hidden = this.misses < 2;
  }

  show(news) {
    const watch = news?.watch.filter(one => this.words.includes(one)) ?? [];
    if (watch.length) document.dispatchEvent(new CustomEvent("k:news", { detail: { ...news, watch } }));
  }

  say(text) { this.querySelector("[data-said]").textContent = text; }

  // The session is over: nothing of the company's stays on the screen, but all that somebody typed.
  close(curtain) {
    const typed = [...document.querySelectorAll("main :is(textarea, input), dialog :is(textarea, input)")].filter(one =>
      /^(text|search|tel|email|url|number|date|datetime-local|textarea)$/.test(one.type) && one.value.trim() && one.value !== one.defaultValue);
    const kept = typed.map(one => [one.labels?.[0]?.innerText || one.ariaLabel || one.placeholder, one.value]);
    this.tell({ ended: true });
    this.rest();
    Object.keys(act).forEach(name => delete act[name]);
    document.body.className = "curtained";
    document.body.innerHTML = curtain;
    const place = document.querySelector("[data-typed]");
    place.hidden = !kept.length;
    for (const [label, value] of kept) {
      const area = Object.assign(document.createElement("textarea"), { value, readOnly: true, ariaLabel: label });
      place.append(Object.assign(document.createElement("p"), { textContent: label }), area);
    }
    document.querySelector("main").focus();
  }
});
