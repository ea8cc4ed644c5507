// A form with data-draft="address" is kept on the server when typing pauses and when the page is left.
// The answer must be a plain success: a redirect means that the sign-in ended, and nothing was kept.
const PAUSE_MS = 1200;

for (const form of document.querySelectorAll("form[data-draft]")) {
  const show = (name) => {
    for (const line of form.querySelectorAll("[data-saved], [data-unsaved]")) line.hidden = !(name in line.dataset);
  };
  let timer = 0;
  let waiting = false;

  const keep = async () => {
    clearTimeout(timer);
    if (!waiting) return;
    waiting = false;
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body, keepalive: true, redirect: "error" });
      show(answer.ok ? "saved" : "unsaved");
    } catch {
      waiting = true;
      show("unsaved");
    }
  };

  form.addEventListener("input", () => {
    waiting = true;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE_MS);
  });
  form.addEventListener("submit", () => {
    waiting = false;
    clearTimeout(timer);
  });
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  addEventListener("online", keep);
}
