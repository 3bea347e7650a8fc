// What stands at the foot of every printed page: where it comes from, and when. See print.css.
const root = document.documentElement;

addEventListener("beforeprint", () => {
  const when = new Date().toLocaleString(root.lang, { dateStyle: "long", timeStyle: "short" });
  root.style.setProperty("--printed", JSON.stringify(`${location.href} · ${when}`));
});

addEventListener("click", event => {
  if (event.target.closest("[data-print]")) print();
});
