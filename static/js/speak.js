// Speaking instead of typing: record, hear, again. What is spoken goes into the file field of its form, so
// that the form sends it as any other file; where it can, it goes ahead in pieces (pieces.js).
const SOUNDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const BITS = 32000;
const canRecord = Boolean(window.MediaRecorder && navigator.mediaDevices?.getUserMedia);
const soundKind = canRecord && SOUNDS.find((kind) => MediaRecorder.isTypeSupported(kind));
// Only one records at a time.
let recording = null;

for (const group of document.querySelectorAll("[data-speak]")) {
  const part = (name) => group.querySelector(`[data-${name}]`);
  const [start, stop, again, made, clock, play] = ["start", "stop", "again", "made", "clock", "play"].map(part);
  const choose = part("choose");
  const input = group.querySelector("input[type=file]");
  const form = group.closest("form");
  // A form without an address for pieces brings the sound itself.
  const ahead = group.dataset.to ? sendAhead(group) : { begin() {}, drop() {} };
  // The button that was pressed while somebody was still speaking.
  let onward = null;
  let speaking = false;
  // While the browser asks whether we may listen.
  let asking = false;

  const say = (what) => {
    const words = group.querySelector(`template[data-says="${what}"]`);
    part("state").replaceChildren(...(words ? [words.content.cloneNode(true)] : []));
  };
  const show = (...those) => {
    for (const each of [start, stop, clock, made, choose]) each.hidden = !those.includes(each);
  };
  const hear = (file) => {
    URL.revokeObjectURL(play.src);
    if (file) play.src = URL.createObjectURL(file);
    else play.removeAttribute("src");
  };

  const keep = (file) => {
    const box = new DataTransfer();
    box.items.add(file);
    input.files = box.files;
    hear(file);
    show(made);
    ahead.begin(input, file);
  };

  const record = async () => {
    if (asking) return;
    recording?.();
    say("");
    let microphone, recorder;
    asking = true;
    try {
      microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
      recorder = new MediaRecorder(microphone, { mimeType: soundKind, audioBitsPerSecond: BITS });
    } catch {
      for (const track of microphone?.getTracks() ?? []) track.stop();
      say("refused");
      return;
    } finally {
      asking = false;
    }
    const began = performance.now();
    const heard = [];
    let full = false;
    const tick = () => {
      const seconds = Math.floor((performance.now() - began) / 1000);
      part("time").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      full = performance.now() - began >= group.dataset.most * 1000;
      if (full) recording?.();
    };
    const ticking = setInterval(tick, 250);
    const finish = () => {
      if (recorder.state !== "inactive") recorder.stop();
      // The light of the microphone goes out at once.
      for (const track of microphone.getTracks()) track.stop();
      clearInterval(ticking);
      if (recording === finish) recording = null;
    };
    recorder.addEventListener("dataavailable", ({ data }) => data.size && heard.push(data));
    recorder.addEventListener("stop", () => {
      finish();
      speaking = false;
      const button = onward;
      onward = null;
      const kind = recorder.mimeType.split(";")[0];
      if (!heard.length) {
        show(start, choose);
        say("refused");
        return;
      }
      keep(new File(heard, "geluid", { type: kind }));
      say(full ? "full" : "made");
      if (document.activeElement === document.body) play.focus();
      button?.click();
    });
    recording = finish;
    speaking = true;
    tick();
    recorder.start();
    show(stop, clock);
    stop.focus();
    say("recording");
  };

  start.addEventListener("click", record);
  stop.addEventListener("click", () => recording?.());
  again.addEventListener("click", () => {
    ahead.drop();
    input.value = "";
    hear();
    record().then(() => recording || show(start, choose));
  });

  // What this browser records has no length until its end was seen once.
  play.addEventListener("loadedmetadata", () => {
    if (play.duration !== Infinity) return;
    play.addEventListener("timeupdate", () => (play.currentTime = 0), { once: true });
    play.currentTime = 1e7;
  });

  input.addEventListener("change", () => {
    const [file] = input.files;
    hear(file);
    show(...(file ? [made] : [start]), ...(file && soundKind ? [] : [choose]));
    if (file) ahead.begin(input, file);
    else ahead.drop();
  });

  // Whoever goes on while speaking is heard: the recording ends, and then the form goes.
  form.addEventListener("submit", (event) => {
    if (!speaking || event.defaultPrevented || ["skip", "back"].includes(event.submitter?.name)) return;
    event.preventDefault();
    onward = event.submitter;
    recording?.();
  });

  part("record").hidden = again.hidden = !soundKind;
  show(start, choose);
}
