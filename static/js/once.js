// A form is sent once: a second tap while the first is under way does nothing.
// After a while it may be sent again, as the line may have been lost; the server keeps one of two.
// Buttons are not disabled, as a disabled button would not send its value.
const AGAIN_MS = 8000;
const sent = new WeakSet();

const free = (form) => {
  sent.delete(form);
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
};

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (sent.has(event.target)) {
    event.preventDefault();
    return;
  }
  sent.add(event.target);
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(free, AGAIN_MS, event.target);
});

// Back from the next page: everything can be sent again.
addEventListener("pageshow", (event) => {
  if (event.persisted) [...document.forms].forEach(free);
});
