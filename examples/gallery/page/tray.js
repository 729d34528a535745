// The tray: every upload, how far it is, and what can be done about it.

import { bytes, element, find, glyph, say } from "./words.js";

const CROSS = "m5.5 5.5 9 9M14.5 5.5l-9 9";
const CHECK = "m4.5 10.5 3.5 3.5 7.5-8";

export class Tray {
  #uploads = new Map();
  #isDrawn = true;

  constructor() {
    find("tray-clear").onclick = () => this.#clear();
    find("tray-fold").onclick = () => this.#fold();
    addEventListener("beforeunload", (event) => {
      if (this.#running().length > 0) event.preventDefault(); // uploads would break off
    });
  }

  add(upload) {
    const row = new Row(upload, () => this.#remove(upload));
    this.#uploads.set(upload, row);
    find("uploads").append(row.item);
    find("tray").hidden = false;
    upload.addEventListener("change", () => this.#draw());
    this.#draw();
  }

  #running() {
    return [...this.#uploads.keys()].filter((upload) => !upload.isOver);
  }

  /** Once a frame at most: many uploads tell of many bytes. */
  #draw() {
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    requestAnimationFrame(() => {
      this.#isDrawn = true;
      this.#show();
    });
  }

  #show() {
    const uploads = [...this.#uploads.keys()].filter(({ state }) => state !== "cancelled");
    let [sent, size] = [0, 0];
    for (const upload of uploads) {
      sent += upload.sent + Number(upload.state === "done"); // an empty file is something to do, too
      size += upload.file.size + 1;
    }
    const running = this.#running().length;
    const failed = uploads.filter(({ state }) => state === "failed").length;
    const done = uploads.filter(({ state }) => state === "done").length;
    const share = size === 0 ? 0 : sent / size;
    let title = `${done} of ${uploads.length} uploaded`;
    if (running > 0) title = `Uploading ${uploads.length - running + 1} of ${uploads.length}`;
    else if (failed > 0) title = `${done} uploaded, ${failed} failed`;
    find("tray-title").textContent = title;
    find("tray-bar").value = share;
    find("tray").classList.toggle("is-over", running === 0);
    find("tray-clear").hidden = running > 0;
    for (const row of this.#uploads.values()) row.show();
  }

  #remove(upload) {
    this.#uploads.get(upload).remove();
    this.#uploads.delete(upload);
    if (this.#uploads.size === 0) find("tray").hidden = true;
    else this.#show();
  }

  #clear() {
    for (const upload of [...this.#uploads.keys()]) if (upload.isOver) this.#remove(upload);
    find("add").focus();
  }

  #fold() {
    const isOpen = find("tray").classList.toggle("is-folded");
    find("tray-fold").setAttribute("aria-expanded", String(!isOpen));
    find("tray-fold").textContent = isOpen ? "Show" : "Hide";
  }
}

class Row {
  #upload;
  #state = null;
  #preview = null;

  constructor(upload, onRemove) {
    this.#upload = upload;
    const { name } = upload.file;
    this.picture = element("span", { class: "row-picture", "aria-hidden": "true" });
    this.bar = element("progress", { class: "bar", max: "1", value: "0", "aria-label": `Upload of ${name}` });
    this.fact = element("p", { class: "row-fact" });
    this.button = element("button", { class: "quiet small", type: "button" });
    const title = element("p", { class: "row-name", title: name }, name);
    const text = element("div", { class: "row-text" }, title, this.bar, this.fact);
    this.item = element("li", { class: "row" }, this.picture, text, this.button);
    this.button.onclick = () => {
      if (upload.state === "failed") upload.start();
      else if (upload.isOver) onRemove();
      else upload.cancel();
    };
    this.show();
  }

  show() {
    const { file, sent, state, note, preview, retries } = this.#upload;
    const share = file.size === 0 ? Number(state === "done") : sent / file.size;
    this.bar.value = share;
    this.item.dataset.retries = retries;
    this.fact.textContent = this.#fact(share, note);
    if (preview !== this.#preview) {
      this.#preview = preview;
      const image = element("img", { alt: "", src: URL.createObjectURL(preview) });
      image.onload = () => URL.revokeObjectURL(image.src);
      this.picture.prepend(image);
    }
    if (state === this.#state) return;
    this.#state = state;
    this.item.dataset.state = state;
    const verb = { failed: "Retry", done: "Dismiss", cancelled: "Dismiss" }[state] ?? "Cancel";
    this.button.replaceChildren(state === "failed" ? verb : glyph(CROSS));
    this.button.classList.toggle("icon", state !== "failed");
    this.button.setAttribute("aria-label", `${verb}: ${file.name}`);
    this.button.title = verb;
    if (state === "done") this.picture.append(element("span", { class: "row-done" }, glyph(CHECK)));
    if (state === "sending") this.item.scrollIntoView({ block: "nearest" });
    if (state === "done") say(`${file.name} is uploaded`);
    if (state === "failed") say(`${file.name} was not uploaded: ${note}`);
    if (state === "cancelled") say(`The upload of ${file.name} was cancelled`);
  }

  remove() {
    this.item.remove();
  }

  #fact(share, note) {
    const { file, sent, state } = this.#upload;
    switch (state) {
      case "waiting":
        return `${bytes(file.size)}, waiting`;
      case "sending":
        return note || (share < 1 ? `${bytes(sent)} of ${bytes(file.size)}` : "Almost there");
      case "failed":
        return note;
      case "cancelled":
        return "Cancelled";
      default:
        return `${bytes(file.size)}, uploaded`;
    }
  }
}
