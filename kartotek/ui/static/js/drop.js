// A page that takes a file: dropped anywhere or chosen, sent in pieces, and going on after a cut.
import { bring, hasFiles, percent } from "k/bring";

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
      this.form.elements.upload.value = await bring(file, {
        begin: this.dataset.begin, lost: this.sheet.dataset.lost, signal: this.sending.signal,
        token: this.form.elements.csrfmiddlewaretoken.value, tell: part => this.tell(part),
      });
      if (this.form.elements.file) this.form.elements.file.disabled = true;
      this.form.submit();
    } catch (error) {
      if (error.name !== "AbortError") this.say(error.message);
      this.form.reset();
      this.sending = null;
    }
  }

  tell(part) {
    this.bar.value = Math.round(part * 100);
    this.told.textContent = percent(part);
  }
});
