// What belongs together: albums, the sheet, uploads.

import { Album, store, stored } from "./album.js";
import { Sheet } from "./sheet.js";
import { Slots } from "./transfer.js";
import { Tray } from "./tray.js";
import { Upload } from "./upload.js";
import { Viewer } from "./viewer.js";
import { bytes, element, find, glyph, say, warn } from "./words.js";

/** How many files are on their way at once. */
const files = new Slots(3);

const config = await (await fetch("/api/config")).json();
if (config.direct && location.hostname === "localhost") {
  // Locally storage is at 127.0.0.1, and would be another origin.
  const here = new URL(location.href);
  here.hostname = "127.0.0.1";
  if (here.origin === config.direct) location.replace(here);
}

const albums = stored();
let album = albums[0];
const tray = new Tray();
const sheet = new Sheet((photo) => viewer.open(album, photo));
const viewer = new Viewer(sheet);

function choose(chosen) {
  album = chosen;
  const isPrivate = album.kind === "private";
  document.title = `${album.name} · Contact Sheet`;
  find("album-name").textContent = album.name;
  find("drop-name").textContent = album.name;
  find("files").accept = config.content_types.join(",");
  const most = isPrivate ? config.private_bytes_max : config.open_bytes_max;
  find("limits").textContent = `JPEG, PNG, WebP, GIF and AVIF, up to ${bytes(most)} each.`;
  const notes = [];
  if (isPrivate) notes.push("Everything in this album is encrypted before it is stored, and passes through the Worker.");
  if (!config.direct) {
    notes.push("Natively there is no R2 to upload to: every file goes through this server, in one piece.");
  }
  find("note").textContent = notes.join(" ");
  find("note").hidden = notes.length === 0;
  drawAlbums();
  sheet.show(album);
}

function drawAlbums() {
  const tabs = albums.map((each) => {
    const isCurrent = each === album;
    const button = element("button", { type: "button", class: "album", "aria-current": isCurrent && "true" });
    if (each.kind === "private") {
      button.append(glyph("M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9", "private:"));
    }
    button.append(each.name);
    button.onclick = () => {
      choose(each);
      find("albums").querySelector("[aria-current]").focus();
    };
    return element("li", {}, button);
  });
  find("albums").replaceChildren(...tabs);
}

/** Uploads what can be, into the album that is shown now. */
function add(list) {
  const into = album;
  const most = into.kind === "private" ? config.private_bytes_max : config.open_bytes_max;
  const refused = [];
  for (const file of list) {
    if (!config.content_types.includes(file.type)) refused.push(`${file.name} is no photo that can be shown`);
    else if (file.size > most) refused.push(`${file.name} has more than ${bytes(most)}`);
    else enqueue(into, file);
  }
  if (refused.length > 0) {
    const others = refused.length > 1 ? `, and ${refused.length - 1} more` : "";
    warn(`Not uploaded: ${refused[0]}${others}`);
  }
  const count = list.length - refused.length;
  if (count > 0) say(count === 1 ? "Uploading 1 photo" : `Uploading ${count} photos`);
}

function enqueue(into, file) {
  const upload = new Upload(into, file);
  upload.addEventListener("done", ({ detail }) => sheet.add(into, detail));
  tray.add(upload);
  files.take(async () => {
    if (!upload.isOver) await upload.start();
  });
}

function pick() {
  find("files").value = ""; // the same files again are a change
  find("files").click();
}

find("add").onclick = pick;
find("add-first").onclick = pick;
find("files").onchange = () => add([...find("files").files]);

// Anywhere on the page. Entering a child leaves its parent, so both are counted.
let inside = 0;
const hasFiles = (event) => event.dataTransfer?.types.includes("Files") && !find("viewer").open;
const leave = () => {
  inside = 0;
  find("drop").hidden = true;
};
addEventListener("dragenter", (event) => {
  if (!hasFiles(event)) return;
  inside += 1;
  find("drop").hidden = false;
});
addEventListener("dragleave", (event) => {
  if (hasFiles(event) && (inside -= 1) <= 0) leave();
});
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault(); // or the browser would open the file in place of the page
  if (hasFiles(event)) add([...event.dataTransfer.files]);
  leave();
});

find("new-album").onclick = () => {
  find("album-form").reset();
  find("ask-album").showModal();
};
find("no-album").onclick = () => find("ask-album").close();
find("album-form").onsubmit = () => {
  const made = Album.make(find("new-name").value.trim() || "Album", find("new-private").checked ? "private" : "open");
  albums.push(made);
  store(albums);
  choose(made);
};

choose(album);
