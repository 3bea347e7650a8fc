"""A file dropped on the page as it stands: [name, text, media type], as a browser hands it over."""

DROP = """
([name, text, type = "text/plain"]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name, { type }));
  for (const step of ["dragenter", "dragover", "drop"]) {
    const told = new DragEvent(step, { dataTransfer: carried, bubbles: true, cancelable: true });
    document.querySelector("#main").dispatchEvent(told);
  }
}
"""
DRAG = DROP.replace('"dragover", "drop"', '"dragover"')
DROP_ZIP = DROP.replace("[text]", "[Uint8Array.from(atob(text), one => one.charCodeAt(0))]")
CSV = "text/csv"
