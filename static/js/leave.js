// The quick way out. The page is gone from the screen before the line has answered; then the server ends the
// session, and the next page takes this one's place, so that Back does not come here.
// Without this script the button is a plain form, which does the same more slowly.
const LEAVE_WITHIN_MS = 1500;

for (const form of document.querySelectorAll("form[data-leave]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData(form);
    document.documentElement.hidden = true;
    document.title = "";
    const sent = fetch(form.action, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
    await Promise.race([sent, new Promise((go) => setTimeout(go, LEAVE_WITHIN_MS))]);
    location.replace(form.action);
  });
}
