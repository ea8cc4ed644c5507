// Read aloud. A block is a heading with what stands under it, a question, a notice or a comment; each gets one
// button. A recording is heard where there is one, and otherwise a voice of the device. Own words go to a voice
// on the device itself only: another kind of voice sends what it reads away.
const BOX = "section, article, .sheet, .empty, .summary, .tab, fieldset, .field, main";
const WHOLE = ".notice, .thread > li";
const ANCHOR = `h1, h2, h3, legend, .field:not(.choose) > label, ${WHOLE}`;
const SILENT = "[hidden], [aria-hidden='true'], .hear, script, template, noscript, textarea, select, audio, .print-only";
const OWN = "bdi, .story, [dir]:not(html, .nl, .own, button)";
const store = document.querySelector("[data-listen]");
const slowly = store.querySelector("[data-slow]");
const speech = window.speechSynthesis;
const sound = new Audio();
const boxes = new Map();
const blocks = [];
let home, reading, marked, held;

for (const anchor of document.querySelectorAll(`:is(main, #taal) :is(${ANCHOR})`)) {
  if (anchor.querySelector(ANCHOR) || anchor.closest("a, summary")) continue;
  const whole = anchor.matches(WHOLE);
  const box = whole ? anchor : anchor.closest(BOX);
  const row = store.querySelector(".hear").cloneNode(true);
  const block = { anchor, box, row, button: row.firstElementChild };
  if (whole) (anchor.querySelector(":scope > div") ?? anchor).append(row);
  else (anchor.closest("legend") ?? anchor).after(row);
  if (!whole) block.button.setAttribute("aria-describedby", (anchor.id ||= `blok-${blocks.length}`));
  if (anchor.matches("h1")) home = block;
  boxes.set(box, [...(boxes.get(box) ?? []), block]);
  blocks.push(block);
  block.button.addEventListener("click", () => {
    if (reading?.block === block) stop();
    else read(block);
  });
}

// Every text is of one block: of the last heading before it in the smallest box around it.
const blockOf = (node) => {
  for (let box = node.parentElement; box; box = box.parentElement) {
    const last = boxes.get(box)?.filter(({ anchor }) => anchor.compareDocumentPosition(node) & 4 || anchor === box).pop();
    if (last) return last;
    if (boxes.has(box) && !box.matches("main")) return boxes.get(box)[0];
  }
  return home;
};

const isOwn = (node) => /\p{L}|(\d\D*){5}/u.test(node.data) && node.parentElement.closest(OWN);

const sentencesOf = (block) => {
  const runs = [];
  const walker = document.createTreeWalker(block === home ? document.querySelector("main") : block.box, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const around = node.parentElement;
    if (around.closest(SILENT) || around.checkVisibility?.() === false || blockOf(node) !== block) continue;
    const { lang } = around.closest("[lang]");
    const file = around.closest("[data-voice]")?.dataset.voice;
    let line = around;
    while (getComputedStyle(line).display === "inline") line = line.parentElement;
    const last = runs.at(-1);
    if (last?.line === line && last.lang === lang && last.file === file) last.nodes.push(node);
    else if (node.data.trim()) runs.push({ lang, file, line, nodes: [node] });
  }
  return runs.flatMap(split).filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
};

const split = ({ lang, file, line, nodes }) => {
  const all = nodes.map(({ data }) => data).join("");
  const flat = line.closest(".story") ? all : all.replace(/\s/g, " ");
  const cut = !file && Intl.Segmenter;
  const parts = cut ? [...new cut(lang, { granularity: "sentence" }).segment(flat)] : [{ index: 0, segment: flat }];
  return parts.map(({ index, segment }) => {
    const text = segment.trim();
    const from = index + segment.indexOf(text);
    const to = from + text.length;
    const range = new Range();
    let own = false;
    let at = 0;
    for (const node of nodes) {
      const end = at + node.length;
      if (at <= from && from < end) range.setStart(node, from - at);
      if (at < to && to <= end) range.setEnd(node, to - at);
      if (at < to && from < end && isOwn(node)) own = true;
      at = end;
    }
    return { lang, file, line, text, own, range };
  });
};

const plain = (tag) => tag.toLowerCase().split(/[-_]/)[0];
const voiceFor = (lang, own) => {
  const fit = (speech?.getVoices() ?? []).filter((voice) => plain(voice.lang) === plain(lang));
  return fit.find((voice) => voice.localService) ?? (own ? undefined : fit[0]);
};
const canRead = ({ file, lang, own }) => file || voiceFor(lang, own);

// The button says for which language there is no voice here.
const tell = ({ row, button, ...block }) => {
  const all = sentencesOf(blocks.find((each) => each.row === row));
  const without = all.filter(({ file, lang }) => !file && !voiceFor(lang)).map(({ lang }) => plain(lang));
  const lines = [...button.querySelectorAll("[data-none]")];
  const named = (lang) => lines.find((line) => line.dataset.none && plain(line.dataset.none) === lang) ?? lines.at(-1);
  for (const line of lines) line.hidden = !without.some((lang) => named(lang) === line);
  button.querySelector("[data-word]").hidden = all.length === without.length;
  button.ariaDisabled = all.length === without.length;
};

const mark = (sentence) => {
  marked?.classList.remove("being-read");
  marked = undefined;
  if (!sentence) CSS.highlights?.delete("read");
  else if (CSS.highlights) CSS.highlights.set("read", new Highlight(sentence.range));
  else (marked = sentence.line).classList.add("being-read");
  sentence?.line.scrollIntoView({ block: "nearest" });
};

const stop = () => {
  if (!reading) return;
  reading.block.button.ariaPressed = false;
  reading = undefined;
  speech?.cancel();
  sound.pause();
  mark();
};

const read = (block, from = 0) => {
  stop();
  const all = sentencesOf(block);
  const heard = all.filter(canRead);
  const refused = all.some((each) => !canRead(each) && voiceFor(each.lang));
  block.row.lastElementChild.replaceChildren(...(refused ? store.querySelector("[data-refused]").cloneNode(true).childNodes : []));
  if (!heard.length) return;
  const turn = (reading = { block, at: from });
  block.button.ariaPressed = true;
  block.button.after(slowly);
  const next = () => {
    if (reading !== turn) return;
    const sentence = heard[turn.at++];
    if (!sentence) return stop();
    mark(sentence);
    const slow = slowly.ariaPressed === "true";
    const aloud = () => {
      const voice = voiceFor(sentence.lang, sentence.own);
      if (reading !== turn) return;
      if (!voice) return next();
      held = new SpeechSynthesisUtterance(sentence.text);
      Object.assign(held, { voice, lang: voice.lang, rate: slow ? 0.6 : 1, onend: next, onerror: next });
      speech.speak(held);
    };
    if (!sentence.file) return aloud();
    sound.src = sentence.file;
    sound.playbackRate = slow ? 0.75 : 1;
    sound.onended = next;
    sound.play().catch(aloud);
  };
  next();
};

slowly.addEventListener("click", () => {
  const slow = slowly.ariaPressed !== "true";
  slowly.ariaPressed = slow;
  const body = new FormData();
  body.set("csrf_token", document.querySelector("[name=csrf_token]").value);
  body.set("slow", Number(slow));
  fetch(store.dataset.listen, { method: "POST", body }).catch(() => {});
  if (reading) read(reading.block, reading.at - 1);
});
addEventListener("keydown", ({ key }) => key === "Escape" && stop());
addEventListener("pagehide", stop);
addEventListener("visibilitychange", () => document.hidden && stop());

const tellAll = () => blocks.forEach(tell);
speech?.addEventListener("voiceschanged", tellAll);
// Voices may come a moment after the page; then nothing is said too early.
setTimeout(tellAll, speech?.getVoices().length ? 0 : 1000);
