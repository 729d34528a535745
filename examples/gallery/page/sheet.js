// The sheet: the photos of an album, page after page as one scrolls.

import { address } from "./album.js";
import { element, find, photos, say, warn } from "./words.js";

/** How far below the window the next page is asked for. */
const AHEAD = "1200px";
/** What a photo is as wide as high if nobody could read it. */
const RATIO = 4 / 3;

export class Sheet {
  #album = null;
  #photos = new Map(); // in the order of the sheet
  #cursor = null;
  #loading = null;
  #open;
  #watch;

  constructor(open) {
    this.#open = open;
    this.#watch = new IntersectionObserver(([seen]) => seen.isIntersecting && this.#more(), {
      rootMargin: AHEAD,
    });
    this.#watch.observe(find("more"));
    find("more-button").onclick = () => this.#more();
  }

  /** The photos of an album, in place of those that are shown. */
  async show(album) {
    this.#album = album;
    this.#photos.clear();
    this.#cursor = null;
    this.#loading = null;
    find("sheet").replaceChildren();
    find("empty").hidden = true;
    find("more").hidden = false;
    find("count").textContent = "Loading";
    await this.#more();
  }

  /** A photo that was just uploaded. */
  add(album, photo) {
    if (album !== this.#album || this.#photos.has(photo.photo)) return;
    const after = [...this.#photos.values()].find((other) => other.photo > photo.photo);
    const tile = this.#tile(photo);
    const before = after ? find(tileOf(after)) : null;
    if (!before && this.#cursor) return; // its page comes
    find("sheet").insertBefore(tile, before);
    this.#photos.set(photo.photo, photo);
    this.#sort();
    this.#count();
  }

  remove(photo) {
    const name = photo.photo;
    const neighbour = this.next(name, 1) ?? this.next(name, -1);
    find(tileOf(photo))?.remove();
    this.#photos.delete(name);
    this.#count();
    (neighbour ? find(tileOf(neighbour)).firstChild : find("add")).focus();
  }

  focus(photo) {
    find(tileOf(photo))?.firstChild.focus();
  }

  /** The photo so many places further. */
  next(name, places) {
    const all = [...this.#photos.values()];
    const at = all.findIndex((photo) => photo.photo === name);
    if (at + places > all.length - 5) this.#more();
    return all[at + places];
  }

  get size() {
    return this.#photos.size;
  }

  async #more() {
    if (this.#loading || find("more").hidden) return;
    const album = this.#album;
    const loading = album.list(this.#cursor);
    this.#loading = loading;
    try {
      const page = await loading;
      if (this.#loading !== loading) return; // of another album by now
      const added = page.photos.filter(({ photo }) => !this.#photos.has(photo));
      for (const photo of added) this.#photos.set(photo.photo, photo);
      find("sheet").append(...added.map((photo) => this.#tile(photo)));
      const isFirst = this.#cursor === null;
      this.#cursor = page.cursor;
      find("more").hidden = page.cursor === null;
      this.#count();
      if (!isFirst) say(`${photos(added.length)} more${page.cursor ? "" : ", that is all"}`);
    } catch (error) {
      if (this.#loading !== loading) return;
      warn(`The photos can't be listed: ${error.message}`);
      find("count").textContent = "";
    } finally {
      if (this.#loading === loading) this.#loading = null;
    }
    // What was added may not fill the window: then nothing would come into view any more.
    this.#watch.unobserve(find("more"));
    this.#watch.observe(find("more"));
  }

  #count() {
    const count = this.#photos.size;
    const isAll = this.#cursor === null;
    find("count").textContent = count === 0 ? "" : `${photos(count)}${isAll ? "" : " so far"}`;
    find("empty").hidden = count > 0 || !isAll;
  }

  #sort() {
    const sorted = [...this.#photos].sort(([one], [other]) => (one < other ? -1 : 1));
    this.#photos = new Map(sorted);
  }

  #tile(photo) {
    const { name, width, height, thumbnail } = photo;
    const ratio = width && height ? Math.min(3, Math.max(0.5, width / height)) : RATIO;
    const button = element("button", { type: "button", class: "tile-button" });
    if (thumbnail) {
      const image = element("img", { alt: name, loading: "lazy", decoding: "async", src: address(thumbnail) });
      image.onload = () => image.classList.add("is-there");
      image.onerror = () => this.#again(photo, image);
      button.append(image, element("span", { class: "tile-name", "aria-hidden": "true" }, name));
    } else {
      const kind = photo.content_type.replace("image/", "").toUpperCase();
      const blank = element("span", { class: "tile-blank" });
      blank.append(element("span", { class: "tile-kind", "aria-hidden": "true" }, kind), element("span", {}, name));
      button.append(blank);
    }
    button.onclick = () => this.#open(photo);
    const tile = element("li", { class: "tile", id: tileOf(photo) }, button);
    tile.style.setProperty("--ratio", ratio.toFixed(3));
    return tile;
  }

  /** The link may have expired, on a page that was open for long: once, with a new one. */
  async #again(photo, image) {
    image.onerror = null;
    try {
      const { thumbnail } = await this.#album.read(photo.photo);
      if (thumbnail) image.src = address(thumbnail);
    } catch {
      // It shows what it is called.
    }
  }
}

function tileOf(photo) {
  return `photo-${photo.photo}`;
}
