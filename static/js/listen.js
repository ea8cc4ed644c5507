// Read aloud. A block is a heading with what stands under it, a question, a notice or a comment; each gets one
// button. A recording is heard where there is one, and otherwise a voice of the device. Own words go to a voice
// on the device itself only: another kind of voice sends what it reads away.
const BOX = "section, article, .sheet, .empty, .summary, .tab, fieldset, .field, .bilingual > .flow, main";
const WHOLE = ".notice, .thread > li, .pictures :is(.choice, .tiles > li)";
const ANCHOR = `h1, h2, h3, legend, .field:not(.choose, fieldset *) > label, ${WHOLE}`;
const SILENT = "[hidden], [aria-hidden='true'], .hear, .back-row, script, template, noscript, textarea, select, audio, .print-only";
const OWN = "bdi, .story, [dir]:not(html, b, i, button)";
const store = document.querySelector("[data-listen]");
const slowly = store.querySelector("[data-slow]");
const speech = window.speechSynthesis;
const sound = new Audio();
const blocks = [];
let home, reading, marked;

const isOn = (button) => button.getAttribute("aria-pressed") === "true";
const press = (button, on) => button.setAttribute("aria-pressed", on);
const plain = (tag) => tag.toLowerCase().split(/[-_]/)[0];

// Every text is of one block: of the last heading before it in the smallest box around it.
const blockOf = (node) => {
  const before = ({ anchor }) => anchor.compareDocumentPosition(node) & 4;
  for (let box = node.parentElement; box; box = box.parentElement) {
    const here = blocks.filter((block) => block.box === box);
    const last = here.findLast(before) ?? (box.matches("main") ? undefined : here[0]);
    if (last) return last;
  }
  return home && before(home) && home;
};

// One run is what a line says in one language; it is cut into sentences by the browser.
const sentencesOf = (block) => {
  const runs = [];
  const walker = document.createTreeWalker(block === home ? document.querySelector("main") : block.box, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    let line = node.parentElement;
    if (line.closest(SILENT) || line.checkVisibility?.() === false || blockOf(node) !== block) continue;
    const { lang } = line.closest("[lang]");
    const file = line.closest("[data-voice]")?.dataset.voice;
    const own = /\p{L}|(\d\D*){5}/u.test(node.data) && line.closest(OWN);
    while (getComputedStyle(line).display === "inline") line = line.parentElement;
    let run = runs.at(-1);
    if (run?.line !== line || run.lang !== lang || run.file !== file) runs.push((run = { line, lang, file, text: "", nodes: [] }));
    run.nodes.push({ node, own, at: run.text.length });
    run.text += line.closest(".story") ? node.data : node.data.replace(/\s/g, " ");
  }
  return runs.flatMap(sentencesIn).filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
};

const sentencesIn = ({ nodes, text: all, ...run }) => {
  const cut = !run.file && Intl.Segmenter;
  const parts = cut ? [...new cut(run.lang, { granularity: "sentence" }).segment(all)] : [{ index: 0, segment: all }];
  return parts.map(({ index, segment }) => {
    const text = segment.trim();
    const from = index + segment.indexOf(text);
    const to = from + text.length;
    const range = new Range();
    const within = nodes.filter(({ node, at }) => at < to && from < at + node.length);
    if (text) {
      range.setStart(within[0].node, from - within[0].at);
      range.setEnd(within.at(-1).node, to - within.at(-1).at);
    }
    return { ...run, text, range, own: within.some(({ own }) => own) };
  });
};

const voiceFor = ({ lang, own }) => {
  const fit = (speech?.getVoices() ?? []).filter((voice) => plain(voice.lang) === plain(lang));
  return fit.find((voice) => voice.localService) ?? (own ? undefined : fit[0]);
};
const canRead = (sentence) => sentence.file || voiceFor(sentence);
const anyVoice = ({ lang }) => voiceFor({ lang });

// The button says for which language there is no voice here.
const tell = (block) => {
  const all = sentencesOf(block);
  const without = all.filter((each) => !each.file && !anyVoice(each));
  const lines = [...block.button.querySelectorAll("[data-none]")];
  const said = without.map(({ lang }) => lines.find((line) => line.dataset.none === plain(lang)) ?? lines.at(-1));
  for (const line of lines) line.hidden = !said.includes(line);
  const none = (block.button.querySelector("[data-word]").hidden = all.length === without.length);
  block.button.setAttribute("aria-disabled", none);
};
const tellAll = () => blocks.forEach(tell);

const mark = (sentence) => {
  const { highlights } = CSS;
  marked?.classList.remove("being-read");
  highlights?.delete("read");
  marked = sentence?.line;
  if (!marked) return;
  if (highlights) highlights.set("read", new Highlight(sentence.range));
  else marked.classList.add("being-read");
  marked.scrollIntoView({ block: "nearest" });
};

const stop = () => {
  if (reading) press(reading.button, false);
  reading = undefined;
  speech?.cancel();
  sound.pause();
  mark();
};

const read = (block, at = 0) => {
  stop();
  const all = sentencesOf(block);
  const heard = all.filter(canRead);
  const refused = all.some((each) => !canRead(each) && anyVoice(each));
  block.row.lastElementChild.textContent = "";
  if (refused) block.row.lastElementChild.append(store.querySelector("[data-refused]").cloneNode(true));
  if (!heard.length) return;
  const { button } = block;
  const turn = (reading = { block, button, at });
  press(button, true);
  button.after(slowly);
  const next = () => {
    if (reading !== turn) return;
    const sentence = heard[turn.at++];
    if (!sentence) return stop();
    const aloud = () => {
      const voice = voiceFor(sentence);
      if (reading !== turn || !voice) return next();
      // Kept with the turn: what nobody holds may never say that it has ended.
      turn.now = Object.assign(new SpeechSynthesisUtterance(sentence.text), { voice, lang: voice.lang, onend: next, onerror: next });
      if (isOn(slowly)) turn.now.rate = 0.6;
      speech.speak(turn.now);
    };
    mark(sentence);
    if (!sentence.file) return aloud();
    Object.assign(sound, { src: sentence.file, onended: next, playbackRate: isOn(slowly) ? 0.75 : 1 });
    sound.play().catch(aloud);
  };
  next();
};

for (const anchor of document.querySelectorAll(`:is(main, #taal) :is(${ANCHOR})`)) {
  if (anchor.querySelector(ANCHOR) || anchor.closest("a, summary")) continue;
  const whole = anchor.matches(WHOLE);
  const row = store.firstElementChild.cloneNode(true);
  const button = row.firstElementChild;
  const block = { anchor, box: whole ? anchor : anchor.closest(BOX), row, button };
  if (whole) (anchor.querySelector(":scope > div") ?? anchor).append(row);
  else (anchor.closest("legend, .who") ?? anchor).after(row);
  const about = whole ? anchor.querySelector(":scope > :is(label, a)") : anchor;
  if (about) button.setAttribute("aria-describedby", (about.id ||= `blok-${blocks.length}`));
  if (anchor.matches("h1")) home = block;
  blocks.push(block);
  button.addEventListener("click", () => (isOn(button) ? stop() : read(block)));
}

slowly.addEventListener("click", () => {
  press(slowly, !isOn(slowly));
  const body = new FormData();
  body.set("csrf_token", document.querySelector("[name=csrf_token]").value);
  body.set("slow", Number(isOn(slowly)));
  fetch(store.dataset.listen, { method: "POST", body }).catch(() => {});
  if (reading) read(reading.block, reading.at - 1);
});
addEventListener("keydown", ({ key }) => key === "Escape" && stop());
addEventListener("pagehide", stop);
addEventListener("visibilitychange", () => document.hidden && stop());
speech?.addEventListener("voiceschanged", tellAll);
// Voices may come a moment after the page: nothing is said too early.
setTimeout(tellAll, speech?.getVoices().length ? 0 : 1000);
