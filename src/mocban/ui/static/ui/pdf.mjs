/* The PDF viewer page: PDF.js with our toolbar. Scripts inside a PDF never run. */
const data = document.body.dataset;
const byId = (id) => document.getElementById(id);

await import(data.library);
const pdfjs = globalThis.pdfjsLib;
const { EventBus, PDFFindController, PDFLinkService, PDFViewer } = await import(data.viewer);
pdfjs.GlobalWorkerOptions.workerSrc = data.worker;

const bus = new EventBus();
const links = new PDFLinkService({ eventBus: bus, externalLinkTarget: 2, externalLinkRel: "noopener noreferrer" });
const finder = new PDFFindController({ eventBus: bus, linkService: links });
const viewer = new PDFViewer({
  container: byId("viewerContainer"),
  eventBus: bus,
  linkService: links,
  findController: finder,
  annotationMode: pdfjs.AnnotationMode.ENABLE,
  removePageBorders: false,
});
links.setViewer(viewer);

function trouble(sentence) {
  byId("trouble").textContent = sentence;
  byId("trouble").hidden = false;
}

bus.on("pagesinit", () => {
  viewer.currentScaleValue = "auto";
  byId("count").textContent = "/ " + viewer.pagesCount;
  document.body.dataset.ready = "1";
});
bus.on("pagechanging", (event) => { byId("number").value = event.pageNumber; });
byId("previous").addEventListener("click", () => viewer.previousPage());
byId("next").addEventListener("click", () => viewer.nextPage());
byId("smaller").addEventListener("click", () => viewer.decreaseScale());
byId("larger").addEventListener("click", () => viewer.increaseScale());
byId("number").addEventListener("change", (event) => {
  const wanted = Number.parseInt(event.target.value, 10);
  if (wanted >= 1 && wanted <= viewer.pagesCount) viewer.currentPageNumber = wanted;
  else event.target.value = viewer.currentPageNumber;
});
byId("find").addEventListener("submit", (event) => {
  event.preventDefault();
  const query = byId("words").value.trim();
  bus.dispatch("find", { source: window, type: finder.state?.query === query ? "again" : "", query, caseSensitive: false,
    entireWord: false, highlightAll: true, findPrevious: false, matchDiacritics: false });
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input")) return;
  const moves = { j: () => viewer.nextPage(), k: () => viewer.previousPage(), "+": () => viewer.increaseScale(),
    "=": () => viewer.increaseScale(), "-": () => viewer.decreaseScale(), "/": () => byId("words").focus() };
  const move = moves[event.key];
  if (!move) return;
  event.preventDefault();
  move();
});
let waiting = 0;
window.addEventListener("resize", () => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => { if (viewer.pagesCount) viewer.currentScaleValue = "auto"; });
});

const resources = {
  cMapUrl: data.assets + "cmaps/",
  cMapPacked: true,
  iccUrl: data.assets + "iccs/",
  standardFontDataUrl: data.assets + "standard_fonts/",
  wasmUrl: data.assets + "wasm/",
  isEvalSupported: false,
  enableXfa: false,
};
let shown = null;

async function show(source) {
  byId("trouble").hidden = true;
  try {
    const loaded = await pdfjs.getDocument({ ...resources, ...source }).promise;
    viewer.setDocument(loaded);
    links.setDocument(loaded, null);
    shown?.loadingTask.destroy();
    shown = loaded;
  } catch (problem) {
    trouble(problem.name === "PasswordException" ? data.locked : data.failed);
  }
}

if (data.file) {
  await show({ url: data.file });
} else {
  /* A file chosen in the form around this frame, which has not left the computer yet. */
  window.addEventListener("message", (event) => {
    if (event.origin === location.origin && event.source === parent && event.data instanceof ArrayBuffer) {
      show({ data: new Uint8Array(event.data) });
    }
  });
  parent.postMessage("viewer ready", location.origin);
}
