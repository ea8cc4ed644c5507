// Shows the photo that was chosen, before it is sent. Of the two doors (camera, file) the last one used counts.
for (const group of document.querySelectorAll("[data-photo]")) {
  const inputs = [...group.querySelectorAll("input[type=file]")];
  const preview = group.querySelector("[data-preview]");
  const image = new Image();
  image.alt = preview.dataset.alt;
  // A kind of photo that this browser cannot show is still a good photo.
  image.addEventListener("error", () => image.remove());
  group.classList.add("ready");

  group.addEventListener("change", ({ target }) => {
    if (!inputs.includes(target)) return;
    const [photo] = target.files;
    if (photo) for (const other of inputs) if (other !== target) other.value = "";
    URL.revokeObjectURL(image.src);
    preview.hidden = !inputs.some((input) => input.files.length);
    if (!photo) return;
    image.src = URL.createObjectURL(photo);
    preview.prepend(image);
  });
}
