// A page that takes a file: dropped anywhere or chosen, sent in pieces, and going on after a cut.
const PAUSES = [500, 1000, 2000, 4000, 8000];
const hasFiles = event => event.dataTransfer?.types.includes("Files");
const wait = time => new Promise(done => { setTimeout(done, time); });

customElements.define("k-drop", class extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    this.form = this.querySelector("form");
    this.sheet = this.querySelector("dialog");
    const { signal } = this.stop, listen = (type, run) => document.addEventListener(type, run, { signal });
    const part = name => this.sheet.querySelector(`[data-${name}]`);
    [this.offer, this.coming, this.label, this.bar, this.told, this.error] = ["offer", "coming", "name", "bar", "told", "error"].map(part);
    this.words = [...part("cancel").children];
    ["dragenter", "dragover"].forEach(type => listen(type, event => this.over(event)));
    listen("dragleave", event => !event.relatedTarget && !this.sending && this.sheet.close());
    listen("drop", event => this.drop(event));
    this.form.addEventListener("change", event => event.target.files?.length && this.send(event.target.files[0]));
    this.sheet.addEventListener("close", () => this.sending?.abort());
    part("cancel").addEventListener("click", () => this.sheet.close());
    addEventListener("pageshow", event => event.persisted && this.sheet.close(), { signal });
  }

  disconnectedCallback() { this.stop.abort(); this.sending?.abort(); }

  get isBusy() { return Boolean(document.querySelector("dialog[open]") && !this.sheet.open); }

  over(event) {
    if (!hasFiles(event) || this.isBusy || this.sending) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    this.show(this.offer);
  }

  drop(event) {
    if (!hasFiles(event) || this.isBusy) return;
    event.preventDefault();
    const { files } = event.dataTransfer;
    if (this.sending || !files.length) return;
    if (files.length === 1) this.send(files[0]);
    else { this.show(this.coming); this.say(this.sheet.dataset.one); }
  }

  show(part) {
    this.offer.hidden = part !== this.offer;
    this.coming.hidden = part !== this.coming;
    this.say("");
    if (!this.sheet.open) this.sheet.showModal();
    if (part === this.coming) this.words[0].parentElement.focus();
  }

  say(error) {
    this.error.textContent = error;
    this.error.hidden = !error;
    [this.bar, this.told, this.words[0]].forEach(one => { one.hidden = Boolean(error); });
    this.words[1].hidden = !error;
  }

  async send(file) {
    this.sending = new AbortController();
    this.label.textContent = file.name;
    this.show(this.coming);
    try {
      let at = await this.ask(this.dataset.begin, new URLSearchParams({ name: file.name, size: file.size, type: file.type }));
      for (this.tell(0); at.received < file.size; this.tell(at.received / file.size)) {
        const piece = file.slice(at.received, at.received + at.piece);
        at = { ...at, ...await this.ask(`${at.url}?offset=${at.received}`, new Blob([piece], { type: "application/octet-stream" })) };
      }
      this.form.elements.upload.value = at.uid;
      if (this.form.elements.file) this.form.elements.file.disabled = true;
      this.form.submit();
    } catch (error) {
      if (error.name !== "AbortError") this.say(error.message);
      this.form.reset();
      this.sending = null;
    }
  }

  // A server that does not answer is asked again for half a minute; what it refuses is told.
  async ask(url, body) {
    const headers = { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value, "HX-Request": "true" };
    for (const pause of [...PAUSES, 0]) {
      const answer = await fetch(url, { method: "POST", body, headers, signal: this.sending.signal }).catch(error => { if (error.name === "AbortError") throw error; });
      if (answer?.headers.get("HX-Redirect")) location.assign(answer.headers.get("HX-Redirect"));
      if (answer?.ok || answer?.status === 409) return answer.json();
      if (answer && answer.status < 500) throw new Error((await answer.json().catch(() => ({}))).message ?? this.sheet.dataset.lost);
      await wait(pause);
    }
    throw new Error(this.sheet.dataset.lost);
  }

  tell(part) {
    this.bar.value = Math.round(part * 100);
    this.told.textContent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(part);
  }
});
