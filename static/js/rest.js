// On a shared computer: asks in time whether somebody is still there, and when nobody is, takes the page from
// the screen. What was typed goes to the server, sealed; nothing is kept in the browser.
// Only what somebody does keeps the session: a key, a tap, a turn of the wheel, at most once a minute.
const TELL_EVERY_MS = 60000;
const ASK_AGAIN_MS = 15000;

for (const dialog of document.querySelectorAll("dialog.rest")) {
  const own = dialog.querySelector("form");
  const { ask, over, left, warn } = own.querySelector("[data-ask]").dataset;
  const WARN_MS = warn * 1000;
  let ends = Date.now() + left * 1000;
  let told = Date.now();
  let timer = 0;
  let typed = null;
  let leaving = false;

  // Seconds that are left; 0 when this page's session is over, also when another began in this browser.
  const seconds = async (to) => {
    const answer = await fetch(to, { method: "POST", body: new FormData(own), redirect: "manual" });
    if (answer.ok) return (await answer.json()).seconden;
    if (answer.type === "opaqueredirect" || answer.status === 400) return 0;
    throw new Error(`answer ${answer.status}`);
  };

  // A form that somebody changed, or one that came back with what they typed.
  const written = () => {
    const form = typed?.isConnected ? typed : document.querySelector("main [aria-invalid=true]")?.form;
    return form?.method === "post" ? form : null;
  };

  const leave = () => {
    if (leaving) return;
    leaving = true;
    const form = written();
    own.action = over;
    if (form) {
      own.action += `?pad=${encodeURIComponent(new URL(form.getAttribute("action") || "", location).pathname)}`;
      for (const [name, value] of new FormData(form)) {
        if (name === "csrf_token" || value instanceof File) continue;
        const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
        own.append(field);
      }
    }
    document.documentElement.hidden = true;
    // A field may be called "submit".
    HTMLFormElement.prototype.submit.call(own);
  };

  const plan = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(wait, 0));
  };

  const show = () => {
    if (!dialog.open) dialog.showModal();
  };

  // Without a line nobody can be asked: then the page is covered, and what was typed waits under it.
  const cover = (lost) => {
    dialog.classList.toggle("covers", lost);
    dialog.querySelector("[data-soon]").hidden = lost;
    dialog.querySelector("[data-lost]").hidden = !lost;
    if (lost) show();
  };

  const heard = (rest) => {
    if (rest <= 0) return leave();
    cover(false);
    ends = Date.now() + rest * 1000;
    const before = rest * 1000 - WARN_MS;
    if (before > 0) dialog.close();
    else show();
    plan(before > 0 ? before : rest * 1000 + 500);
  };

  const look = async () => {
    try {
      heard(await seconds(ask));
    } catch {
      if (Date.now() >= ends) cover(true);
      plan(ASK_AGAIN_MS);
    }
  };

  const stay = async () => {
    told = Date.now();
    try {
      const rest = await seconds(own.action);
      heard(rest);
      // The last minutes of a long day: nothing makes them longer, so it was said once.
      if (rest > 0) dialog.close();
    } catch {
      plan(ASK_AGAIN_MS);
    }
  };

  own.addEventListener("submit", (event) => {
    event.preventDefault();
    stay();
  });
  // Escape closes it: somebody is there.
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay();
  });
  document.addEventListener("input", (event) => {
    if (event.target.closest("main")) typed = event.target.form ?? typed;
  });
  for (const sign of ["keydown", "pointerdown", "wheel"]) {
    const note = (event) => {
      if (event.isTrusted && !dialog.open && Date.now() - told > TELL_EVERY_MS) stay();
    };
    document.addEventListener(sign, note, { passive: true });
  }
  addEventListener("online", look);
  // A timer stands still while a computer sleeps.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() > ends - WARN_MS) look();
  });
  // A page that the browser kept whole is shown again only when its session goes on.
  addEventListener("pagehide", (event) => {
    if (event.persisted) document.documentElement.hidden = true;
  });
  addEventListener("pageshow", async (event) => {
    if (!event.persisted) return;
    await look();
    document.documentElement.hidden = leaving;
  });
  plan(left * 1000 - WARN_MS);
}
