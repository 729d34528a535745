// Thumbnails are made here: no server has to open what users upload.

import { Slots } from "./transfer.js";

/** The longest side, in pixels: enough for a row of the sheet on a dense screen. */
const SIDE = 640;
const QUALITY = 0.82;

/** A large photo takes its pixels in memory. */
const slots = new Slots(2);

/** The size of a photo and a small JPEG of it; no `blob` if this browser can't read it. */
export function thumbnail(file) {
  return slots.take(async () => {
    let photo;
    try {
      photo = await createImageBitmap(file);
    } catch {
      return { width: 0, height: 0, blob: null };
    }
    const { width, height } = photo;
    const scale = Math.min(1, SIDE / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff"; // JPEG has no transparency
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = "high";
    context.drawImage(photo, 0, 0, canvas.width, canvas.height);
    photo.close();
    const blob = await new Promise((made) => canvas.toBlob(made, "image/jpeg", QUALITY));
    return { width, height, blob };
  });
}
