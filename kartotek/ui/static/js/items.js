// A list of lines in a form: add one, drop one; the first that is left is the main one.
let number = 0;

customElements.define("k-items", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", event => {
      if (event.target.closest("[data-add]")) this.add();
      const drop = event.target.closest("[data-drop]");
      if (drop) this.drop(drop.closest(".line"));
    });
  }

  get all() { return this.querySelector("[data-lines]"); }

  add() {
    const blank = this.querySelector("template[data-blank]").content.cloneNode(true);
    number += 1;
    for (const one of blank.querySelectorAll("*")) {
      for (const name of ["name", "id", "for", "value", "aria-controls"]) {
        const text = one.getAttribute(name);
        if (text?.includes("new")) one.setAttribute(name, text.replace("+new", `+add${number}`).replace("-nnew", `-nadd${number}`));
      }
    }
    this.all.append(blank);
    this.all.lastElementChild.querySelector("input:not([type=hidden])")?.focus();
  }

  drop(line) {
    const near = line.nextElementSibling ?? line.previousElementSibling;
    const wasMain = line.querySelector("[type=radio]")?.checked;
    line.remove();
    if (wasMain) { const first = this.all.querySelector("[type=radio]"); if (first) first.checked = true; }
    (near?.querySelector("input:not([type=hidden])") ?? this.querySelector("[data-add]")).focus();
  }
});
