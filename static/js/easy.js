// Beside what one writes to a newcomer: what is hard in it, as soon as typing pauses. Sending is never stopped.
// Without this the same button shows the same answer in a window of its own.
const PAUSE_MS = 1500;

for (const box of document.querySelectorAll("[data-easy]")) {
  const button = box.querySelector("button");
  const { elements } = button.form;
  const hints = box.querySelector("[data-hints]");
  const names = button.value.split(" ");
  let timer = 0;
  let asked = 0;

  const look = async () => {
    clearTimeout(timer);
    const number = ++asked;
    const body = new URLSearchParams({ kijk: button.value });
    for (const name of ["csrf_token", "lang", ...names]) if (elements[name]) body.set(name, elements[name].value);
    const empty = names.every((name) => !elements[name].value.trim());
    try {
      const answer = empty ? null : await fetch(button.formAction, { method: "POST", body, redirect: "error" });
      if (number !== asked) return;
      const page = new DOMParser().parseFromString(answer?.ok ? await answer.text() : "", "text/html");
      hints.replaceChildren(...page.querySelectorAll("[data-found]"));
    } catch {
      hints.replaceChildren();
    }
  };

  for (const name of names) {
    elements[name].addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE_MS);
    });
  }
  button.addEventListener("click", (event) => {
    event.preventDefault();
    look();
  });
}
