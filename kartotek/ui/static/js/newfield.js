// "New field…" among the fields that a column of a file may go to: made in the panel, then chosen.
document.addEventListener("change", event => {
  const select = event.target.closest?.("select[data-new]");
  if (!select?.selectedOptions[0]?.hasAttribute("data-new-field")) return;
  event.stopPropagation();
  select.value = "";
  htmx.ajax("GET", select.dataset.new, { target: "#panel" });
}, true);

document.addEventListener("k:field", event => {
  const { name, label, at } = event.detail;
  document.querySelectorAll("select[data-new]").forEach(select => {
    select.querySelector("[data-new-field]")?.before(new Option(label, name));
    if (select.id !== at) return;
    select.value = name;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    select.focus();
  });
});
