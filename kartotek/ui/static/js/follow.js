// What changed meanwhile comes onto the page: what stands there follows, new rows wait for a press.
import { isBusy, refreshLater } from "k/editing";

const OWN = ["data-htmx-powered", "data-cur", "aria-selected", "data-gone", "open"]; // of this page alone
const live = () => document.querySelector("k-live");
const part = name => live()?.querySelector(`[data-${name}]`);
const named = (root, selector) => new Map([...root?.querySelectorAll(selector) ?? []].map(one => [one.id, one]));

const bare = node => {
  const copy = node.cloneNode(true);
  for (const one of [copy, ...copy.querySelectorAll("*")]) OWN.forEach(name => one.removeAttribute(name));
  copy.querySelector(".live-left")?.remove();
  return copy;
};
const same = (one, other) => bare(one).isEqualNode(bare(other));
const morph = (old, fresh) => htmx.swap({ sourceElement: old, target: old, text: fresh.outerHTML, swap: "outerMorph" });
const follow = async (old, fresh) => { if (same(old, fresh)) return false; await morph(old, fresh); return true; };

async function fetched(url, selector) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, cache: "no-store" });
  const text = await answer.text();
  return { answer, fresh: answer.ok ? new DOMParser().parseFromString(text, "text/html").querySelector(selector) : null };
}

// A field that somebody is editing stays as it is; it says who changed it, and shows what stands there now.
function mark(root, records) {
  for (const field of root.querySelectorAll(".is-edited")) {
    const [, , name, end] = /^f-(\w+?)-(.+)-(\w+)$/.exec(field.id) ?? [];
    const one = records.findLast(each => each.fields.includes(name) && each.uid.replaceAll("-", "").endsWith(end));
    if (!one) continue;
    field.querySelector(".live-by")?.remove();
    const note = part("changed-by").content.cloneNode(true).firstElementChild, who = note.querySelector("[data-who]");
    who.textContent = one.who ? who.dataset.by.replace("{name}", one.who) : who.dataset.somebody;
    note.querySelector("[data-look]").addEventListener("click", event => look(field, event.target));
    field.append(note);
    live().say(who.textContent);
  }
}

async function look(field, button) {
  const { fresh } = await fetched(`${field.querySelector("form").getAttribute("action")}?show=1&in=rail`, ".value-shown");
  const place = field.querySelector("[data-theirs]");
  // The focus stays in the field: an editor that loses it is saved.
  field.querySelector("form :is(input:not([type=hidden]), textarea, select)")?.focus();
  if (fresh) place.replaceChildren(...fresh.childNodes);
  [place.hidden, button.hidden] = [!fresh, Boolean(fresh)];
}

function wait(count) {
  const chip = part("waiting"), words = chip.dataset.words.replace("{n}", new Intl.NumberFormat(document.documentElement.lang).format(count));
  if (chip.hidden === !count && chip.textContent === words) return;
  chip.hidden = !count;
  chip.textContent = words;
  live().say(count ? words : "");
}

// Rows that are shown follow; those that are gone stay, marked; new ones wait behind the chip.
async function list(table, news) {
  const url = new URL(location), rows = () => named(table, "tr[data-uid]");
  url.searchParams.set("size", Math.max(50, rows().size));
  const { fresh } = await fetched(url, "#list");
  if (!fresh || !table.isConnected) return;
  const now = named(fresh, "tr[data-uid]"), told = new Set(news.records.map(one => `r-${one.uid}`)), order = [...now.keys()];
  let changed = false, gone = 0;
  for (const [id, row] of table.dataset.columns === fresh.dataset.columns ? rows() : []) {
    const twin = now.get(id);
    if (!twin) { if (told.has(id)) leave(row); if ("gone" in row.dataset) gone += 1; continue; }
    delete row.dataset.gone;
    row.querySelector(".live-left")?.remove();
    if (!row.querySelector(".cell-form")) changed = await follow(row, twin) || changed;
    else for (const [at, cell] of [...row.children].entries()) if (!cell.querySelector(".cell-form")) changed = await follow(cell, twin.children[at]) || changed;
  }
  mark(table, news.records);
  const count = [table, fresh].map(one => one.querySelector(".head .count"));
  if (count[0] && count[1]) count[0].textContent = count[1].textContent;
  // What comes after the last row that is shown is only more of the list.
  const known = rows(), last = fresh.querySelector("tr.more") ? order.findLastIndex(id => known.has(id)) : order.length;
  if (changed) live().say(part("renewed").content.textContent);
  wait(order.slice(0, Math.max(last, 0)).filter(id => !known.has(id)).length + gone);
}

function leave(row) {
  if ("gone" in row.dataset) return;
  row.dataset.gone = "";
  row.querySelector(".name")?.append(part("left").content.cloneNode(true));
}

// Entries that somebody reached further down stay below the newest page.
function keepOlder(root, fresh) {
  const [old, now] = [root, fresh].map(one => one.querySelector("#happenings")), last = now?.querySelector(":scope > li[id]:last-of-type, :scope > li[id]:nth-last-child(2)");
  const from = last && old?.querySelector(`#${CSS.escape(last.id)}`);
  if (!from) return;
  now.querySelector(".older")?.remove();
  for (let one = from.nextElementSibling; one; one = one.nextElementSibling) if (!one.id || !now.querySelector(`#${CSS.escape(one.id)}`)) now.append(one.cloneNode(true));
}

async function record(root, news) {
  const { answer, fresh } = await fetched(location.pathname + location.search, "#record");
  part("gone").hidden = ![403, 404].includes(answer.status);
  if (!fresh || !root.isConnected) return;
  if (answer.redirected) return isBusy() || location.replace(answer.url); // merged into another one
  let changed = true;
  if (isBusy()) {
    changed = false;
    for (const [id, spot] of named(fresh, "k-field.spot, li.happening")) {
      const old = document.getElementById(id);
      if (old && !old.matches(".is-edited")) changed = await follow(old, spot) || changed;
    }
    const known = named(root, "li.happening"), first = [...named(fresh, "li.happening")].filter(([id]) => !known.has(id)).map(([, one]) => one.outerHTML);
    if (first.length) await htmx.swap({ sourceElement: root, target: root.querySelector("#happenings"), text: first.join(""), swap: "afterbegin" });
    refreshLater();
  } else {
    keepOlder(root, fresh);
    const open = [...root.querySelectorAll("details")].map(one => one.open);
    changed = await follow(root, fresh);
    document.querySelectorAll("#record details").forEach((one, place) => { one.open = Boolean(open[place]); });
  }
  mark(root, news.records);
  if (changed) live().say(part("renewed").content.textContent);
}

document.addEventListener("k:news", async event => {
  const table = document.querySelector("#list"), page = document.querySelector("#record");
  try {
    if (table?.dataset.columns) await list(table, event.detail);
    if (page) await record(page, event.detail);
  } catch (error) { if (!(error instanceof TypeError)) throw error; } // the server is away: live.js says so
});
document.addEventListener("click", event => event.target.closest("[data-waiting]") && document.querySelector("k-table")?.refresh());
document.addEventListener("htmx:after:swap", event => {
  const { target } = event.detail.ctx;
  if (target === "#list" || target?.id === "list") wait(0);
});
