// What every page does: themes, panels, dialogs, sending forms, and what to say when the server is silent.
import { act, isTyping, keymap, on } from "k/keys";

const root = document.documentElement;
const panel = document.querySelector("#panel"), sheet = document.querySelector("#keys");
const remember = (name, value) => {
  root.dataset[name] = value;
  document.cookie = `k_${name}=${value};path=/;max-age=31536000;samesite=lax`;
  document.querySelectorAll(`[data-remember="${name}"]`).forEach(one => { one.checked = one.value === value; });
};
const isDark = () => root.dataset.theme === "dark"
  || (root.dataset.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);

act.theme = () => remember("theme", isDark() ? "light" : "dark");
act.density = () => remember("density", root.dataset.density === "dense" ? "comfortable" : "dense");
act.panel = url => htmx.ajax("GET", url, { target: "#panel", swap: "innerHTML" });
act.close = from => (from?.closest?.("dialog") ?? document.querySelector("dialog[open]"))?.close();
act.keys = async () => {
  await htmx.ajax("GET", sheet.dataset.src, { target: "#keys", swap: "innerHTML" });
  if (!sheet.open) sheet.showModal();
};
act.signout = () => document.querySelector("[data-signout]")?.requestSubmit();
keymap({ "ctrl+k": "palette", "?": "keys", Escape: () => document.querySelector("details[data-popup][open]")?.removeAttribute("open") });

on("click", "[data-act]", (event, from) => { event.preventDefault(); act[from.dataset.act]?.(from); });
on("click", "dialog", (event, dialog) => event.target === dialog && dialog.close());
on("change", "[data-remember]", (event, box) => remember(box.dataset.remember, box.value));
on("change", "[data-keys-switch]", (event, box) => remember("keys", box.checked ? "on" : "off"));
document.addEventListener("click", event => document.querySelectorAll("details[data-popup][open]")
  .forEach(one => one.contains(event.target) || one.removeAttribute("open")));
on("click", "details[data-popup] a[hx-get]", (event, link) => { link.closest("details").open = false; });
document.addEventListener("keydown", event => {
  const popup = event.key === "Escape" && event.target.closest?.("details[data-popup][open]");
  if (popup) { popup.open = false; popup.querySelector("summary").focus(); }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && isTyping(event.target)) event.target.form?.requestSubmit();
});

// A day that is no day reads as empty: it would be sent as one that was taken out.
document.addEventListener("submit", event => {
  const broken = [...event.target.elements].find(one => one.validity?.badInput);
  if (!broken) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const note = broken.parentElement.querySelector(".error") ?? Object.assign(document.createElement("p"), { className: "error", id: `${broken.id}-error` });
  note.textContent = broken.dataset.broken ?? broken.validationMessage;
  broken.after(note);
  broken.setAttribute("aria-invalid", "true");
  broken.setAttribute("aria-describedby", note.id);
  broken.focus();
}, true);

// One idempotency key for one intent, however often it is tried.
on("submit", "form", (event, form) => { form.dataset.intent ||= crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`; });
document.addEventListener("htmx:config:request", event => {
  const { request, sourceElement } = event.detail.ctx;
  if (request.method !== "GET" && sourceElement.dataset.intent) request.headers["Idempotency-Key"] = sourceElement.dataset.intent;
});
document.addEventListener("htmx:before:response", event => {
  const { ctx } = event.detail, trigger = ctx.hx?.trigger;
  if (ctx.response.status < 500) delete ctx.sourceElement.dataset?.intent;
  // The element that asked may be gone after the swap: what it brings is told to the page.
  if (trigger && trigger[0] !== "{") ctx.hx.trigger = JSON.stringify(Object.fromEntries(trigger.split(",").map(one => [one.trim(), { target: "body" }])));
});
document.addEventListener("htmx:after:swap", () => {
  if (panel.childElementCount && !panel.open) panel.showModal();
});
panel.addEventListener("close", () => panel.replaceChildren());
// Emptied first: "close" is told later, and a swap in between would open it again, with nothing in it.
document.addEventListener("k:close", () => { if (panel.open) { panel.replaceChildren(); panel.close(); } });
document.addEventListener("htmx:error", event => {
  if (event.detail.error?.name === "AbortError" || !(event.detail.error instanceof TypeError)) return;
  const toasts = document.querySelector("#toasts");
  if (!toasts.querySelector("[data-lost]")) toasts.append(document.querySelector("#lost").content.cloneNode(true));
});
