// What somebody sees of a page: pale text, small targets, things cut off. Run by the debugger.
(parts) => {
  const found = new Set();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const ink = canvas.getContext("2d", { willReadFrequently: true });
  const known = new Map();

  // Whatever way a colour is written, the canvas reads it as the screen does.
  const read = (colour) => {
    if (!known.has(colour)) {
      ink.clearRect(0, 0, 1, 1);
      ink.fillStyle = colour;
      ink.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = ink.getImageData(0, 0, 1, 1).data;
      known.set(colour, [r, g, b, a / 255]);
    }
    return known.get(colour);
  };
  const over = (top, under) => {
    const shown = [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
    return [...shown, 1];
  };
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((part) => {
      const s = part / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  const name = (element) => {
    const kind = element.getAttribute("class");
    const said = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 60);
    return `<${element.localName}${kind ? ` class="${kind}"` : ""}> ${said}`;
  };
  const seen = (element) =>
    !element.closest(".unseen, .skip, script, style, option, :disabled") &&
    element.checkVisibility({ opacityProperty: false, visibilityProperty: true });

  // The colour behind an element, from the paper up; null where a picture lies behind it.
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      layers.push(read(style.backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reduceRight((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const faintness = (element) => {
    let rest = 1;
    for (let at = element; at; at = at.parentElement) rest *= Number(getComputedStyle(at).opacity);
    return rest;
  };
  const judge = (element, colour, said) => {
    const paper = behind(element);
    const [r, g, b, a] = read(colour);
    const shown = paper && ratio(over([r, g, b, a * faintness(element)], paper), paper);
    if (!shown) found.add(`contrast: a picture lies behind ${said}`);
    else if (shown < 7) found.add(`contrast: ${shown.toFixed(2)} to 1: ${said}`);
  };

  const contrast = () => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const at = texts.currentNode.parentElement;
      if (/\S/.test(texts.currentNode.data) && seen(at)) {
        judge(at, getComputedStyle(at).color, name(at));
      }
    }
    for (const at of document.querySelectorAll("input, select, textarea")) {
      if (at.matches("[type=hidden], [type=radio], [type=checkbox]") || !seen(at)) continue;
      if (Number(getComputedStyle(at).opacity) === 0) continue;
      judge(at, getComputedStyle(at).color, `what is typed in ${at.name}`);
      if (at.placeholder) {
        judge(at, getComputedStyle(at, "::placeholder").color, `the example in ${at.name}`);
      }
    }
  };

  const inSentence = (link) => {
    const around = link.closest("p, li, dd, dt, td, .hint");
    const alone = getComputedStyle(link).display !== "inline";
    return around && !alone && around.textContent.trim().length > link.textContent.trim().length;
  };
  const targets = () => {
    const all = "a[href], button, input:not([type=hidden]), select, textarea, summary";
    for (const at of document.querySelectorAll(all)) {
      if (!seen(at) || (at.localName === "a" && inSentence(at))) continue;
      const ticked = at.matches("[type=radio], [type=checkbox]");
      const box = (ticked ? (at.labels[0] ?? at) : at).getBoundingClientRect();
      if (box.width < 47.5 || box.height < 47.5) {
        const size = `${box.width.toFixed(1)} x ${box.height.toFixed(1)}`;
        found.add(`target: ${size}: ${name(at)} ${at.name ?? ""}`);
      }
    }
  };

  const edges = () => {
    const width = document.documentElement.clientWidth;
    const total = document.documentElement.scrollWidth;
    if (total > width) found.add(`edge: the page is ${total} wide on a screen of ${width}`);
    for (const at of document.body.querySelectorAll("*")) {
      if (!seen(at) || at.closest("svg")) continue;
      const style = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      if (box.width && (box.right > width + 0.5 || box.left < -0.5)) {
        found.add(`edge: outside the screen: ${name(at)}`);
      }
      // Elements without a box of their own have no inside to stick out of.
      const inside = at.clientWidth > 0 && !at.matches("input, select, textarea");
      if (inside && style.display !== "inline" && at.scrollWidth > at.clientWidth + 1) {
        found.add(`edge: sticks out of its box: ${name(at)}`);
      }
    }
  };

  const checks = { contrast, targets, edges };
  for (const part of parts) checks[part]();
  return [...found];
}
