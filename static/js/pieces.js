// A file goes ahead of its form, in pieces, while its owner is still on the page. The server counts what
// is here, so after a lost line, or when the same file is chosen again, it goes on where it was.
// Nothing is kept in the browser: what came stays with the draft.
const PIECE = 128 * 1024;
const PATIENCE_MS = 90000;
const PAUSES_MS = [1000, 2000, 4000, 8000, 15000, 30000];
const FULL = 507;

// The same bytes get the same name. An old browser cannot count them, and begins anew each time.
const markOf = async (file) => {
  const bytes = crypto.subtle
    ? new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()))
    : crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
};

const pause = (lost, signal) =>
  new Promise((go) => {
    setTimeout(go, PAUSES_MS[Math.min(lost, PAUSES_MS.length - 1)]);
    addEventListener("online", go, { once: true });
    signal.addEventListener("abort", go, { once: true });
  });

const post = async (to, fields, signal) => {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  const request = new AbortController();
  const give_up = () => request.abort();
  const timer = setTimeout(give_up, PATIENCE_MS);
  signal.addEventListener("abort", give_up, { once: true });
  try {
    // A redirect means that the sign-in ended: that is for the form to find out.
    const answer = await fetch(to, { method: "POST", body, redirect: "manual", signal: request.signal });
    const counted = answer.ok || answer.status === 409;
    return { status: answer.status, here: counted ? (await answer.json()).ontvangen : 0 };
  } catch {
    return { status: 599, here: 0 };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", give_up);
  }
};

// Tells whether all of it is on the server; false leaves it to the form.
const sendPieces = async (file, to, fields, signal, tell) => {
  let start = 0;
  // First it asks how much is here.
  let piece = new Blob();
  for (let lost = 0; !signal.aborted; ) {
    const answer = await post(to, { ...fields, grootte: file.size, vanaf: start, deel: piece }, signal);
    const counted = answer.status === 200 || answer.status === 409;
    if (answer.status === FULL || (answer.status < 500 && answer.status !== 429 && !counted)) return false;
    if (!counted) {
      if (!signal.aborted) tell("waiting", start);
      await pause(lost++, signal);
      continue;
    }
    // Twice the same answer to a piece means that it is another file than the server thinks.
    if (answer.status === 409 && answer.here === start) return false;
    start = answer.here;
    lost = 0;
    tell("sending", start);
    if (start >= file.size) return true;
    piece = file.slice(start, start + PIECE);
  }
  return false;
};

// Sends what is chosen in a group ahead of its form. A form that is sent meanwhile waits until it is here.
const sendAhead = (group) => {
  const form = group.closest("form");
  const upload = form.elements.upload;
  const box = group.querySelector("[data-sending]");
  const bar = box.querySelector("progress");
  const prefix = group.dataset.prefix ?? "";
  let under_way = null;
  let held = null;
  let said = "";

  const show = (what) => {
    said = what;
    const name = held && what === "sending" ? "held" : what;
    for (const line of box.querySelectorAll("[data-said]")) line.hidden = line.dataset.said !== name;
    bar.hidden = !["sending", "waiting"].includes(what);
    box.classList.toggle("on", Boolean(what));
  };

  const drop = () => {
    under_way?.abort();
    under_way = null;
    held?.removeAttribute("aria-busy");
    held = null;
    if (upload.value.startsWith(prefix)) upload.value = "";
    bar.value = 0;
    show("");
  };

  const begin = async (input, ready) => {
    drop();
    const mine = (under_way = new AbortController());
    show("sending");
    const file = await ready;
    if (mine.signal.aborted) return;
    const mark = prefix + (await markOf(file));
    const fields = { csrf_token: form.elements.csrf_token.value, kenmerk: mark };
    const tell = (what, here) => {
      bar.value = (100 * here) / file.size;
      show(what);
    };
    const whole = file.size > 0 && (await sendPieces(file, group.dataset.to, fields, mine.signal, tell));
    if (mine.signal.aborted) return;
    under_way = null;
    // A form has one place for a name; a second file goes with the form itself.
    if (whole && !upload.value) {
      upload.value = mark;
      input.value = "";
    }
    show(whole ? "done" : "chosen");
    const button = held;
    held = null;
    button?.removeAttribute("aria-busy");
    button?.click();
  };

  form.addEventListener("submit", (event) => {
    if (!under_way) return;
    if (["skip", "back"].includes(event.submitter?.name)) {
      drop();
      for (const input of group.querySelectorAll("input[type=file]")) input.value = "";
      return;
    }
    event.preventDefault();
    held ??= event.submitter;
    held?.setAttribute("aria-busy", "true");
    show(said);
  });

  box.hidden = false;
  return { begin, drop };
};
