// Named actions, delegated events, and keys with sequences ("g c"). Nothing fires while somebody types.
export const act = {};
const keys = new Map();
const AT_ONCE = /^[jkx]*$/, LOST = 3, QUICK = 250, HOLD = 150, PAUSE = 1000;
let prefix = "", letters = "", last = 0, held = null;

export const on = (type, selector, run) => document.addEventListener(type, event => {
  const found = event.target.closest?.(selector);
  if (found) run(event, found);
});
export const keymap = more => Object.entries(more).forEach(([key, run]) => keys.set(key, run));
// A dialog that has just closed keeps its focus until the next frame; what is in it takes no letters.
export const isTyping = element => !element?.closest?.("dialog:not([open])") && (element?.isContentEditable
  || element?.matches?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select"));
export const hasDialog = () => Boolean(document.querySelector("dialog[open]"));

const button = key => document.querySelector(`[data-key="${CSS.escape(key)}"]`);
const known = key => keys.has(key) || button(key);
const begins = key => [...keys.keys()].some(one => one.startsWith(`${key} `))
  || document.querySelector(`[data-key^="${CSS.escape(`${key} `)}"]`);
const press = (key, event) => {
  const run = keys.get(key);
  if (typeof run === "function") run(event);
  else if (run) act[run]?.();
  else button(key)?.click();
};
const name = event => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) return `ctrl+${key}`;
  return event.shiftKey && /^[a-z]$/.test(key) ? `shift+${key}` : key;
};
const drop = () => { clearTimeout(held?.timer); held = null; };
const release = () => { const one = held; drop(); one?.run(); };

// A letter waits a moment before it acts: if more follow at once, they were meant for a search field.
const wait = (key, run) => {
  if (held?.key === key) release();
  drop();
  held = { key, run, timer: setTimeout(release, HOLD) };
};

function lostTyping(event) {
  if (event.timeStamp - last > QUICK) letters = "";
  last = event.timeStamp;
  letters = /^[\p{L}\p{N}]$/u.test(event.key) ? letters + event.key : "";
  if (letters.length < LOST || AT_ONCE.test(letters) || new Set(letters).size === 1) return false;
  drop();
  event.preventDefault();
  act.palette?.(letters);
  letters = prefix = "";
  return true;
}

function single(event, key) {
  if (event.timeStamp - last > PAUSE) prefix = "";
  if (lostTyping(event)) return;
  const whole = prefix + key;
  prefix = "";
  if (known(whole)) {
    event.preventDefault();
    if (letters && !AT_ONCE.test(whole)) { if (!event.repeat) wait(whole, () => press(whole, event)); }
    else press(whole, event);
  } else {
    if (letters.length > 1) drop();
    if (begins(key)) prefix = `${key} `;
  }
}

document.addEventListener("keydown", event => {
  if (event.altKey || event.isComposing || event.defaultPrevented) return;
  const key = name(event);
  if (key.startsWith("ctrl+")) {
    if (keys.has(key)) { event.preventDefault(); press(key, event); }
  } else if (isTyping(event.target)) {
    if (key === "Escape" && !hasDialog()) event.target.blur();
  } else if (!hasDialog() && (document.documentElement.dataset.keys !== "off" || key === "Escape")) single(event, key);
});
