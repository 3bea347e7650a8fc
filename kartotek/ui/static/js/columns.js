// The columns of a list in the order one likes: dragged, moved by their arrows, or by Alt and an arrow key.
import { act } from "k/keys";

// From the list's "More", where there is no room for a button of their own.
act.columns = from => {
  const menu = document.querySelector("details.columns"), more = from.closest("details");
  more.open = false;
  // The press that asks for it closes whatever menu it was not in: this one opens after that.
  setTimeout(() => {
    menu.open = true;
    menu.querySelector("input[type=checkbox]")?.focus();
  });
  menu.ontoggle = () => {
    const at = document.activeElement;
    if (!menu.open && (at === document.body || menu.contains(at))) more.querySelector("summary").focus();
  };
};

customElements.define("k-columns", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", event => {
      const button = event.target.closest("[data-step]");
      if (button) this.move(button.closest(".column-row"), Number(button.dataset.step), button);
    });
    this.addEventListener("keydown", event => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key], row = event.target.closest(".column-row");
      if (!step || !event.altKey || !row) return;
      event.preventDefault();
      this.move(row, step, event.target);
    });
    this.addEventListener("dragstart", event => {
      this.held = event.target.closest(".column-row");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", this.held.dataset.label);
      this.held.toggleAttribute("data-held", true);
    });
    this.addEventListener("dragover", event => {
      const row = event.target.closest(".column-row");
      if (!this.held || !row) return;
      event.preventDefault();
      if (row === this.held) return;
      const { top, height } = row.getBoundingClientRect();
      row[event.clientY < top + height / 2 ? "before" : "after"](this.held);
    });
    this.addEventListener("drop", event => this.held && event.preventDefault());
    this.addEventListener("dragend", () => {
      this.held?.removeAttribute("data-held");
      if (this.held?.querySelector("input").checked) this.tell(this.held);
      this.held = null;
    });
  }

  get rows() { return [...this.querySelectorAll(".column-row")]; }

  move(row, step, focused) {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other?.matches(".column-row")) return;
    other[step < 0 ? "before" : "after"](row);
    focused.focus();
    this.tell(row);
  }

  tell(row) {
    const said = this.querySelector("[data-told]");
    said.textContent = this.dataset.moved.replace("{label}", row.dataset.label).replace("{n}", this.rows.indexOf(row) + 1);
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
