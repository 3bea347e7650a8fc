// A block of cells pasted onto a list: it becomes a file, and its preview opens.
import { hasDialog, isTyping } from "k/keys";

const LARGE = 1_000_000; // letters; more goes in pieces, as a file does
const isBlock = text => text.includes("\t") || text.trim().includes("\n");

document.addEventListener("paste", event => {
  const list = document.querySelector("#list[data-columns]"), drop = document.querySelector("k-drop");
  if (!list || !drop || isTyping(event.target) || hasDialog()) return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!isBlock(text)) return;
  event.preventDefault();
  if (text.length > LARGE) { drop.send(new File([text], "paste.tsv", { type: "text/tab-separated-values" })); return; }
  for (const [kind, name, value] of [["textarea", "rows", text], ["input", "columns", list.dataset.columns]]) {
    drop.form.elements[name]?.remove();
    drop.form.append(Object.assign(document.createElement(kind), { name, value }));
  }
  drop.form.submit();
});
