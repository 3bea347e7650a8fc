// Toasts that go along to the next page, and the neighbours of a record in the list one came from.
const CARRIED = "k.toast", ROWS = "k.rows";

document.addEventListener("k:goto", event => {
  const toasts = document.querySelectorAll("#toasts k-toast");
  if (toasts.length) sessionStorage.setItem(CARRIED, toasts[toasts.length - 1].outerHTML);
  const to = new URL(event.detail.url, location.href), isHere = to.pathname + to.search === location.pathname + location.search;
  location.assign(to);
  if (to.hash && isHere) location.reload(); // a part of this very page: going there alone draws nothing anew
});
addEventListener("pagehide", () => {
  const watching = [...document.querySelectorAll("#toasts [data-running]")].map(one => one.outerHTML).join("");
  if (watching) sessionStorage.setItem(CARRIED, (sessionStorage.getItem(CARRIED) ?? "") + watching);
});
addEventListener("pageshow", () => {
  const carried = sessionStorage.getItem(CARRIED), toasts = document.querySelector("#toasts");
  sessionStorage.removeItem(CARRIED);
  if (!carried || !toasts) return;
  toasts.insertAdjacentHTML("beforeend", carried);
  window.htmx?.process(toasts);
});

addEventListener("pagehide", () => {
  const rows = [...document.querySelectorAll("#list tr[data-href]")].map(row => row.dataset.href);
  if (rows.length) sessionStorage.setItem(ROWS, JSON.stringify(rows));
});
customElements.define("k-record", class extends HTMLElement {
  connectedCallback() {
    const rows = JSON.parse(sessionStorage.getItem(ROWS) ?? "[]");
    const now = rows.indexOf(location.pathname.replace(/\/history$/, ""));
    this.querySelectorAll("[data-step]").forEach(link => {
      const href = now < 0 ? undefined : rows[now + Number(link.dataset.step)];
      link.hidden = !href;
      if (href) link.href = href;
    });
  }
});
