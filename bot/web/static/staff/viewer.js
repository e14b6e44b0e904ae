// One picture of the papers at a time: zoomed, turned, moved, paged through. Nothing of it is kept.

const LARGEST = 4; // pixels of the screen for one of the picture
const STEP = 1.25;
const SHIFT = 80; // pixels by which Shift and an arrow move the picture
const MARGIN = 40; // pixels of the list left and above the paper that is shown
const KEYS = {
  "+": "in", "=": "in", "-": "out", "_": "out", r: "turn", R: "turn", w: "width", 0: "whole", f: "screen",
  ArrowLeft: "back", ArrowRight: "on", PageUp: "back", PageDown: "on",
};
const SHIFTS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

for (const desk of document.querySelectorAll(".viewer .desk")) open(desk);

function open(desk) {
  const stage = desk.querySelector(".stage");
  const picture = stage.querySelector("img");
  const fault = stage.querySelector("p");
  const papers = desk.querySelector(".papers");
  const links = [...papers.querySelectorAll("a")];
  const buttons = Object.fromEntries([...desk.querySelectorAll("[data-do]")].map((one) => [one.dataset.do, one]));
  const caption = desk.querySelector("[data-caption]");
  const percent = desk.querySelector("[data-zoom]");
  const turns = new Map(); // degrees by document: the pages of one lie alike
  const fingers = new Map();
  let at = 0;
  let fit = "whole"; // or "width", or "" once somebody zoomed
  let zoom = 1;
  let x = 0; // where the picture's centre lies, from the centre of the stage
  let y = 0;

  const turned = () => turns.get(links[at].dataset.document) ?? 0;

  function size() { // of the picture as it lies, in its own pixels
    const { naturalWidth: width, naturalHeight: height } = picture;
    return turned() % 180 ? [height, width] : [width, height];
  }

  function fitting() {
    const [width, height] = size();
    const across = stage.clientWidth / width;
    return { width: across, whole: Math.min(across, stage.clientHeight / height) };
  }

  function draw() {
    if (!picture.naturalWidth) return;
    const [width, height] = size();
    const most = (length, room) => Math.max(0, (length * zoom - room) / 2);
    const within = (value, bound) => Math.max(-bound, Math.min(bound, value));
    x = within(x, most(width, stage.clientWidth));
    y = within(y, most(height, stage.clientHeight));
    picture.style.transform = `translate(-50%, -50%) translate(${x}px, ${y}px) rotate(${turned()}deg) scale(${zoom})`;
    percent.textContent = `${Math.round(zoom * 100)} %`;
  }

  function show(how) {
    if (!picture.naturalWidth) return;
    fit = how;
    if (fit) {
      zoom = fitting()[fit];
      x = 0;
      y = Infinity; // from the top
    }
    draw();
  }

  function enlarge(factor, px = 0, py = 0) { // (px, py) stays where it is, from the centre of the stage
    if (!picture.naturalWidth) return;
    const least = Math.min(1, fitting().whole);
    const next = Math.max(least, Math.min(LARGEST, zoom * factor));
    x = px - (px - x) * (next / zoom);
    y = py - (py - y) * (next / zoom);
    zoom = next;
    fit = "";
    draw();
  }

  function turn() {
    turns.set(links[at].dataset.document, (turned() + 90) % 360);
    show(fit || "whole");
  }

  function go(to) {
    if (to < 0 || to >= links.length) return;
    at = to;
    stage.setAttribute("aria-busy", "true");
    fault.hidden = true;
    picture.src = links[at].href;
    picture.alt = links[at].title;
    caption.textContent = links[at].title;
    links.forEach((link, n) => (n === at ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
    papers.scrollTo(links[at].offsetLeft - MARGIN, links[at].offsetTop - MARGIN);
    buttons.back.setAttribute("aria-disabled", at === 0);
    buttons.on.setAttribute("aria-disabled", at === links.length - 1);
  }

  function fill() {
    if (document.fullscreenElement) document.exitFullscreen();
    else desk.requestFullscreen();
  }

  const deeds = {
    back: () => go(at - 1),
    on: () => go(at + 1),
    in: () => enlarge(STEP),
    out: () => enlarge(1 / STEP),
    turn,
    width: () => show("width"),
    whole: () => show("whole"),
    screen: fill,
  };

  picture.addEventListener("load", () => {
    picture.hidden = false;
    stage.setAttribute("aria-busy", "false");
    show(fit || "whole");
  });
  picture.addEventListener("error", () => {
    picture.hidden = true;
    fault.hidden = false;
    stage.setAttribute("aria-busy", "false");
  });
  for (const [name, button] of Object.entries(buttons)) button.addEventListener("click", deeds[name]);
  links.forEach((link, n) => link.addEventListener("click", (event) => {
    event.preventDefault();
    go(n);
  }));

  // Keys are heard only while the viewer has the focus: elsewhere they are somebody's words.
  desk.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const shift = event.shiftKey && SHIFTS[event.key];
    if (shift) {
      x += shift[0] * SHIFT;
      y += shift[1] * SHIFT;
      draw();
    } else if (KEYS[event.key]) deeds[KEYS[event.key]]();
    else return;
    event.preventDefault();
  });

  const from = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
  };

  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return; // the page is scrolled
    event.preventDefault();
    enlarge(Math.exp(-event.deltaY / 300), ...from(event));
  }, { passive: false });

  // One finger or the mouse moves the picture, two zoom it about the point between them.
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, from(event));
    stage.classList.add("moving");
  });
  stage.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = spread([...fingers.values()]);
    fingers.set(event.pointerId, from(event));
    const after = spread([...fingers.values()]);
    x += after.x - before.x;
    y += after.y - before.y;
    if (before.length && after.length) enlarge(after.length / before.length, after.x, after.y);
    else draw();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    stage.addEventListener(end, (event) => {
      fingers.delete(event.pointerId);
      if (!fingers.size) stage.classList.remove("moving");
    });
  }

  new ResizeObserver(() => show(fit)).observe(stage);
  desk.hidden = false;
  go(0);
}

function spread(points) { // where the fingers are, and how far apart
  const [one, two = one] = points;
  const length = Math.hypot(one[0] - two[0], one[1] - two[1]);
  return { x: (one[0] + two[0]) / 2, y: (one[1] + two[1]) / 2, length };
}

// A page that a browser keeps to come back to must not hold the papers of somebody.
window.addEventListener("pagehide", () => {
  for (const picture of document.querySelectorAll(".viewer img")) picture.remove();
});
