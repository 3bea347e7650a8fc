// Files on a record's page: dropped anywhere on it or chosen, one after another, then all kept.
import { bring, hasFiles, percent } from "k/bring";

customElements.define("k-attach", class extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    this.form = this.querySelector("form");
    if (!this.form) return;
    [this.told, this.error] = ["told", "error"].map(name => this.querySelector(`[data-${name}]`));
    const { signal } = this.stop, listen = (type, run) => document.addEventListener(type, run, { signal });
    ["dragenter", "dragover"].forEach(type => listen(type, event => this.over(event)));
    listen("dragleave", event => !event.relatedTarget && this.classList.remove("is-over"));
    listen("drop", event => this.drop(event));
    this.form.addEventListener("change", event => event.target.files?.length && this.send([...event.target.files]));
  }

  disconnectedCallback() { this.stop.abort(); }

  get isShut() { return this.sending || document.querySelector("dialog[open]"); }

  over(event) {
    if (!hasFiles(event) || this.isShut) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    this.classList.add("is-over");
  }

  drop(event) {
    if (!hasFiles(event) || this.isShut) return;
    event.preventDefault();
    this.classList.remove("is-over");
    if (event.dataTransfer.files.length) this.send([...event.dataTransfer.files]);
  }

  async send(files) {
    this.sending = true;
    this.error.hidden = true;
    this.form.inert = true;
    const { begin, lost } = this.dataset, token = this.form.elements.csrfmiddlewaretoken.value;
    const rest = { begin, lost, token, purpose: "attach", signal: this.stop.signal };
    try {
      const kept = [];
      for (const file of files) {
        const tell = part => { this.told.textContent = `${file.name} ${percent(part)}`; };
        kept.push(await bring(file, { ...rest, tell }));
      }
      this.form.elements.file.disabled = true;
      this.form.elements.upload.value = kept.join(",");
      this.form.submit();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.told.textContent = "";
      this.error.textContent = error.message;
      this.error.hidden = false;
      this.form.reset();
      this.form.inert = this.sending = false;
    }
  }
});
