// A photo or a paper is shown as soon as it is chosen, made smaller where this browser can, and sent ahead
// (pieces.js). Of the two doors (camera, file) the last one used counts.
const LONGEST = 2000;
const QUALITY = 0.85;

// A paper, and a photo that this browser cannot read, go as they are. What is drawn anew also forgets where
// it was taken.
const smaller = async (file) => {
  if (!file.type.startsWith("image/")) return file;
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    const brush = canvas.getContext("2d", { alpha: false });
    // What was see-through becomes white, not black.
    brush.fillStyle = "#fff";
    brush.fillRect(0, 0, canvas.width, canvas.height);
    brush.imageSmoothingQuality = "high";
    brush.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const drawn = await new Promise((give) => canvas.toBlob(give, "image/jpeg", QUALITY));
    // A cheap phone gets its memory back at once.
    canvas.width = canvas.height = 0;
    return drawn && drawn.size < file.size ? new File([drawn], "foto.jpg", { type: drawn.type }) : file;
  } catch {
    return file;
  }
};

for (const group of document.querySelectorAll("[data-photo]")) {
  const inputs = [...group.querySelectorAll("input[type=file]")];
  const preview = group.querySelector("[data-preview]");
  const name = preview.querySelector("[data-name]");
  const word = name.appendChild(document.createElement("bdi"));
  const image = new Image();
  // A form without an address for pieces brings the photo itself.
  const ahead = group.dataset.to ? sendAhead(group) : { begin() {}, drop() {} };
  image.alt = preview.dataset.alt;
  // A kind of photo that this browser cannot show is still a good photo: then its name stands there.
  image.addEventListener("error", () => {
    image.remove();
    name.hidden = false;
  });
  group.classList.add("ready");

  const show = (file) => {
    URL.revokeObjectURL(image.src);
    image.removeAttribute("src");
    image.remove();
    preview.hidden = !file;
    if (!file) return;
    word.textContent = file.name;
    name.hidden = file.type.startsWith("image/");
    if (!name.hidden) return;
    image.src = URL.createObjectURL(file);
    preview.prepend(image);
  };

  // "One more" before there is one is the same as choosing.
  const { more, upload } = group.closest("form").elements;
  more?.addEventListener("click", (event) => {
    if (upload.value || inputs.some((input) => input.files.length)) return;
    event.preventDefault();
    inputs.at(-1).click();
  });

  group.addEventListener("change", ({ target }) => {
    if (!inputs.includes(target)) return;
    const [file] = target.files;
    show(file);
    if (!file) return ahead.drop();
    for (const other of inputs) if (other !== target) other.value = "";
    const ready = smaller(file).then((sent) => {
      // If the form must send it after all, then it is the small one. Another may have been chosen by now.
      if (sent !== file && target.files[0] === file) {
        const box = new DataTransfer();
        box.items.add(sent);
        target.files = box.files;
      }
      return sent;
    });
    ahead.begin(target, ready);
  });
}
