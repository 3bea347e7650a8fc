// An address to copy; where the browser gives no clipboard, it stands selected.
customElements.define("k-copy", class extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("input"), button = this.querySelector("button");
    button.addEventListener("click", async () => {
      field.select();
      await navigator.clipboard?.writeText(field.value).catch(() => {});
      button.querySelector("span").textContent = button.dataset.copied;
    });
  }
});
