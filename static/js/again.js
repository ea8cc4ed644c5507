// On a page that says "it is very busy, we have your file": presses the same button again by itself, a few
// times. Whoever touches the form decides for themselves.
const AFTER_MS = 4000;
const MOST_TIMES = 4;

for (const form of document.querySelectorAll("form[data-again]")) {
  const times = Number(form.elements.again.value);
  if (times > MOST_TIMES) continue;
  const name = form.dataset.again;
  const button = form.querySelector(name ? `button[name="${name}"]` : "button.primary:not([type=button])");
  const timer = setTimeout(() => button?.click(), AFTER_MS * times);
  for (const touch of ["input", "submit"]) form.addEventListener(touch, () => clearTimeout(timer));
}
