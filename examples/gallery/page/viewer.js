// One photo, as large as the window: with the keyboard as well, by the arrows, Escape and Delete.

import { address } from "./album.js";
import { bytes, date, element, find, say, warn } from "./words.js";

export class Viewer {
  #sheet;
  #album = null;
  #photo = null;

  constructor(sheet) {
    this.#sheet = sheet;
    const dialog = find("viewer");
    dialog.onclose = () => this.#sheet.focus(this.#photo);
    dialog.onkeydown = (event) => this.#key(event);
    find("close").onclick = () => dialog.close();
    find("previous").onclick = () => this.#turn(-1);
    find("next").onclick = () => this.#turn(1);
    find("share").onclick = () => this.#share();
    find("copy").onclick = () => this.#copy();
    find("delete").onclick = () => this.#ask();
    find("keep").onclick = () => find("ask-delete").close();
    find("really-delete").onclick = () => this.#delete();
    find("shared-link").onfocus = (event) => event.target.select();
  }

  async open(album, photo) {
    this.#album = album;
    this.#photo = photo;
    const { name, width, height, size, uploaded } = photo;
    find("viewer-name").textContent = name;
    const pixels = width ? [`${width} × ${height}`] : [];
    find("viewer-facts").textContent = [...pixels, bytes(size), date(uploaded)].join("  ·  ");
    find("shared").hidden = true;
    find("previous").disabled = !this.#sheet.next(photo.photo, -1);
    find("next").disabled = !this.#sheet.next(photo.photo, 1);
    find("download").removeAttribute("href");
    this.#stage(photo.thumbnail && width ? photo : null);
    if (!find("viewer").open) find("viewer").showModal();
    try {
      const shown = await album.read(photo.photo);
      if (this.#photo !== photo) return;
      find("download").href = address(shown.download);
      find("download").download = name;
      this.#reveal(photo, address(shown.original));
    } catch (error) {
      if (this.#photo === photo) warn(`The photo can't be shown: ${error.message}`);
    }
  }

  /** The thumbnail, until the photo is there. */
  #stage(photo) {
    const stage = find("stage");
    stage.replaceChildren();
    if (photo) stage.append(element("img", { class: "is-early", alt: "", src: address(photo.thumbnail) }));
  }

  #reveal(photo, source) {
    const image = element("img", { alt: photo.name, src: source });
    const isCurrent = () => this.#photo === photo;
    image.onload = () => isCurrent() && find("stage").replaceChildren(image);
    image.onerror = () => {
      if (!isCurrent()) return;
      const text = photo.size === 0 ? "This file is empty." : "This browser can't show this photo.";
      find("stage").replaceChildren(element("p", { class: "viewer-blank" }, text));
    };
  }

  #key(event) {
    if (event.target.matches("input")) return;
    if (event.key === "ArrowLeft") this.#turn(-1);
    else if (event.key === "ArrowRight") this.#turn(1);
    else if (event.key === "Delete") this.#ask();
    else return;
    event.preventDefault();
  }

  #turn(places) {
    const next = this.#sheet.next(this.#photo.photo, places);
    if (!next) return;
    this.open(this.#album, next);
    say(next.name);
  }

  async #share() {
    const photo = this.#photo;
    try {
      const link = await this.#album.share(photo.photo);
      if (this.#photo !== photo) return;
      find("shared-link").value = new URL(address(link), location.href).href;
      const until = new Date(link.expires_at * 1000);
      find("shared-until").dateTime = until.toISOString();
      find("shared-until").textContent = date(until.getTime());
      find("copy").textContent = "Copy";
      find("shared").hidden = false;
      find("shared-link").focus();
    } catch (error) {
      warn(`There is no link: ${error.message}`);
    }
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(find("shared-link").value);
      find("copy").textContent = "Copied";
      say("The link is copied");
    } catch {
      find("shared-link").focus();
      warn("This browser does not let a page copy: the link is selected");
    }
  }

  #ask() {
    find("ask-delete-name").textContent = this.#photo.name;
    find("ask-delete").showModal();
    find("keep").focus();
  }

  async #delete() {
    const photo = this.#photo;
    find("ask-delete").close();
    try {
      await this.#album.delete(photo.photo);
    } catch (error) {
      warn(`${photo.name} was not deleted: ${error.message}`);
      return;
    }
    say(`${photo.name} is deleted`);
    find("viewer").close();
    this.#sheet.remove(photo); // and the one beside it has the focus
  }
}
