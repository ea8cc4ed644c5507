// A passkey: our server asks, the phone answers, and the answer goes along with the form.
// Where a browser knows no passkeys the button stays hidden, and the passphrase is there.
const known = window.PublicKeyCredential;

for (const place of document.querySelectorAll("[data-passkey]")) {
  const creating = place.dataset.passkey === "create";
  if (!(creating ? known?.parseCreationOptionsFromJSON : known?.parseRequestOptionsFromJSON)) continue;
  const form = place.closest("form");
  const button = place.querySelector("button");
  const failed = place.querySelector("[data-failed]");

  const asked = async () => {
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    const answer = await fetch(place.dataset.ask, { method: "POST", body, redirect: "manual" });
    if (!answer.ok) throw new Error(`answer ${answer.status}`);
    return answer.json();
  };

  const shown = async () => {
    const publicKey = await asked();
    return creating
      ? navigator.credentials.create({ publicKey: known.parseCreationOptionsFromJSON(publicKey) })
      : navigator.credentials.get({ publicKey: known.parseRequestOptionsFromJSON(publicKey) });
  };

  button.addEventListener("click", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    failed.hidden = true;
    try {
      const value = JSON.stringify((await shown()).toJSON());
      form.querySelector("[name=credential]")?.remove();
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "credential", value }));
      form.action = place.dataset.send;
      HTMLFormElement.prototype.submit.call(form);
    } catch {
      // Somebody said no, or it took too long: nothing happened.
      failed.hidden = false;
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
  place.hidden = false;
}
