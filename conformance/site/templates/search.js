// The search: every entry that has all the words, the best first.
(() => {
  "use strict";
  const SHOWN = 100;
  const AROUND = 90;
  const entries = JSON.parse(document.getElementById("index").textContent).map(([kind, name, address, text]) => ({
    kind, name, address, text, lowerName: name.toLowerCase(), lowerText: `${kind} ${text}`.toLowerCase(),
  }));
  const input = document.getElementById("words");
  const count = document.getElementById("count");
  const found = document.getElementById("found");
  const greeting = count.textContent;

  const score = (entry, words) => {
    let sum = 0;
    for (const word of words) {
      if (entry.lowerName === word) sum += 1000;
      else if (entry.lowerName.startsWith(word)) sum += 300;
      else if (entry.lowerName.includes(word)) sum += 100;
      else {
        const place = entry.lowerText.indexOf(word);
        if (place < 0) return 0;
        sum += place < 200 ? 20 : 5;
      }
    }
    return sum;
  };

  const marked = (text, words) => {
    const holder = document.createElement("span");
    const lower = text.toLowerCase();
    let place = 0;
    while (place < text.length) {
      const next = words
        .map((word) => ({ word, start: lower.indexOf(word, place) }))
        .filter(({ start }) => start >= 0)
        .sort((left, right) => left.start - right.start || right.word.length - left.word.length)[0];
      if (!next) break;
      holder.append(text.slice(place, next.start));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(next.start, next.start + next.word.length);
      holder.append(mark);
      place = next.start + next.word.length;
    }
    holder.append(text.slice(place));
    return holder;
  };

  const excerpt = (text, words) => {
    const lower = text.toLowerCase();
    const places = words.map((word) => lower.indexOf(word)).filter((place) => place >= 0);
    const start = places.length ? Math.max(0, Math.min(...places) - AROUND) : 0;
    const end = Math.min(text.length, start + 3 * AROUND);
    return `${start > 0 ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`;
  };

  const item = (entry, words) => {
    const element = document.createElement("li");
    const link = document.createElement("a");
    link.href = entry.address;
    link.append(marked(entry.name, words));
    const kind = document.createElement("span");
    kind.className = "badge";
    kind.textContent = entry.kind;
    const text = document.createElement("p");
    text.className = "small";
    text.append(marked(excerpt(entry.text, words), words));
    element.append(link, " ", kind, text);
    return element;
  };

  const search = () => {
    const words = [...new Set(input.value.toLowerCase().split(/\s+/).filter(Boolean))];
    if (!words.length) {
      found.replaceChildren();
      count.textContent = greeting;
      return;
    }
    const hits = entries
      .map((entry, place) => ({ entry, place, score: score(entry, words) }))
      .filter((hit) => hit.score > 0)
      .sort((left, right) => right.score - left.score || left.place - right.place);
    const more = hits.length > SHOWN ? `; the first ${SHOWN} are shown` : "";
    count.textContent = `${hits.length} ${hits.length === 1 ? "entry" : "entries"} found${more}.`;
    found.replaceChildren(...hits.slice(0, SHOWN).map((hit) => item(hit.entry, words)));
  };

  input.value = new URLSearchParams(location.search).get("q") ?? "";
  input.addEventListener("input", search);
  search();
})();
