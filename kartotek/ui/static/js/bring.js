// A file on its way to the house: sent in pieces, and going on after a cut.
const PAUSES = [500, 1000, 2000, 4000, 8000];
const wait = time => new Promise(done => { setTimeout(done, time); });

export const hasFiles = event => event.dataTransfer?.types.includes("Files");

// `to`: begin (an address), token, signal, lost (what is said where nobody answers), purpose, tell.
export async function bring(file, to) {
  const told = new URLSearchParams({ name: file.name, size: file.size, type: file.type, purpose: to.purpose ?? "" });
  let at = await ask(to.begin, told, to);
  for (to.tell(0); at.received < file.size; to.tell(at.received / file.size)) {
    const piece = file.slice(at.received, at.received + at.piece);
    at = { ...at, ...await ask(`${at.url}?offset=${at.received}`, new Blob([piece], { type: "application/octet-stream" }), to) };
  }
  return at.uid;
}

// A server that does not answer is asked again for half a minute; what it refuses is told.
async function ask(url, body, to) {
  const headers = { "X-CSRFToken": to.token, "HX-Request": "true" };
  for (const pause of [...PAUSES, 0]) {
    const answer = await fetch(url, { method: "POST", body, headers, signal: to.signal }).catch(error => { if (error.name === "AbortError") throw error; });
    if (answer?.headers.get("HX-Redirect")) location.assign(answer.headers.get("HX-Redirect"));
    if (answer?.ok || answer?.status === 409) return answer.json();
    if (answer && answer.status < 500) throw new Error((await answer.json().catch(() => ({}))).message ?? to.lost);
    await wait(pause);
  }
  throw new Error(to.lost);
}

export const percent = part => new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(part);
