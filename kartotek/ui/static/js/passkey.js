// A passkey: the server says what to sign, the browser asks its owner, a plain form takes it back.
// Hidden where the browser has none; what else leads in stands beside it.
customElements.define("k-passkey", class extends HTMLElement {
  connectedCallback() {
    const make = this.hasAttribute("data-make"), parse = make
      ? window.PublicKeyCredential?.parseCreationOptionsFromJSON
      : window.PublicKeyCredential?.parseRequestOptionsFromJSON;
    if (!parse) return;
    this.hidden = false;
    const form = this.querySelector("form");
    form.addEventListener("submit", event => {
      if (form.elements.credential.value) return;
      event.preventDefault();
      this.#ask(form, make).catch(() => this.#tell(this.dataset.refused));
    });
  }
  async #ask(form, make) {
    this.#tell("");
    const headers = {"X-CSRFToken": form.elements.csrfmiddlewaretoken.value};
    const answer = await fetch(this.dataset.ask, {method: "POST", headers});
    const told = await answer.json();
    if (!answer.ok) return this.#tell(told.refusal);
    const kind = PublicKeyCredential, options = told.publicKey;
    const credential = make
      ? await navigator.credentials.create({publicKey: kind.parseCreationOptionsFromJSON(options)})
      : await navigator.credentials.get({publicKey: kind.parseRequestOptionsFromJSON(options)});
    form.elements.credential.value = JSON.stringify(credential.toJSON());
    form.requestSubmit();
  }
  #tell(text) {
    const line = this.querySelector("[role=alert]");
    line.textContent = text;
    line.hidden = !text;
  }
});
