// Photos: noise of any size for tests, and landscapes to look at.

import { randomBytes } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";

/** A PNG that no compression makes smaller: about three bytes a pixel. */
export function noise(width, height) {
  const rows = [];
  for (let row = 0; row < height; row += 1) rows.push(Buffer.from([0]), randomBytes(width * 3));
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8); // eight bits a channel, red, green and blue
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.concat(rows), { level: 0 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

const NAMES = [
  "First light.jpg", "Ridge at noon.jpg", "Harbour fog.jpg", "Dunes, looking west.jpg", "After the storm.jpg", "Birch line.jpg",
  "Salt flats.jpg", "Evening swim.jpg", "Pass road.jpg", "Blue hour.jpg", "Terraces.jpg", "Low tide.jpg",
  "The long valley.jpg", "Red cliffs.jpg", "Moonrise.jpg", "North shore.jpg", "Heather.jpg", "Last tram.jpg",
];

/** Landscapes of many shapes, drawn by the page's own browser. */
export async function landscapes(page) {
  const drawn = await page.evaluate(async (names) => {
    const skies = [
      ["#20304f", "#d98a5b", "#f6d9a0"], ["#3b7bb0", "#a8d0e0", "#f3efdf"], ["#8e9aa0", "#c3c9c8", "#e8e4da"],
      ["#c2703d", "#e8b06a", "#f6e3bd"], ["#2b2f46", "#5d6a86", "#c4b8ae"], ["#5b8a6b", "#b9d1a6", "#f4f0d2"],
      ["#151b33", "#2d4470", "#8296b5"], ["#7c2f3a", "#cf6b52", "#f3c08b"], ["#1f4a58", "#4f8d92", "#d6e3cf"],
    ];
    const shapes = [[3, 2], [2, 3], [16, 9], [1, 1], [3, 2], [4, 5], [3, 2], [5, 3], [2, 3]];
    const files = [];
    for (const [index, name] of names.entries()) {
      let seed = index * 7919 + 17;
      const chance = () => ((seed = (seed * 48271) % 2147483647) / 2147483647);
      const [across, down] = shapes[index % shapes.length];
      const scale = 960 / Math.max(across, down);
      const [width, height] = [Math.round(across * scale), Math.round(down * scale)];
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      const [top, middle, low] = skies[(index * 4 + (index >> 3)) % skies.length];
      const sky = context.createLinearGradient(0, 0, 0, height * 0.72);
      sky.addColorStop(0, top);
      sky.addColorStop(0.65, middle);
      sky.addColorStop(1, low);
      context.fillStyle = sky;
      context.fillRect(0, 0, width, height);
      const [sunX, sunY, radius] = [width * (0.2 + chance() * 0.6), height * (0.25 + chance() * 0.3), Math.min(width, height) * (0.04 + chance() * 0.05)];
      const glow = context.createRadialGradient(sunX, sunY, radius * 0.6, sunX, sunY, radius * 7);
      glow.addColorStop(0, "rgb(255 246 220 / 75%)");
      glow.addColorStop(1, "rgb(255 246 220 / 0%)");
      context.fillStyle = glow;
      context.fillRect(0, 0, width, height);
      context.fillStyle = "#fff6e0";
      context.beginPath();
      context.arc(sunX, sunY, radius, 0, 7);
      context.fill();
      const layers = 4 + Math.floor(chance() * 3);
      for (let layer = 0; layer < layers; layer += 1) {
        const depth = (layer + 1) / layers;
        const base = height * (0.5 + 0.42 * depth);
        const waves = Array.from({ length: 5 }, (_, wave) => [chance() * 6.3, (wave + 1) * (0.8 + chance() * 1.6), (height * 0.11) / (wave + 1)]);
        context.fillStyle = `color-mix(in oklab, ${middle} ${Math.round(70 * (1 - depth))}%, ${top})`;
        context.beginPath();
        context.moveTo(0, height);
        for (let x = 0; x <= width; x += 3) {
          let y = base;
          for (const [phase, speed, size] of waves) y += Math.sin(phase + (x / width) * speed * 3.1) * size * (1.1 - depth * 0.5);
          context.lineTo(x, y);
        }
        context.lineTo(width, height);
        context.fill();
        context.globalAlpha = 0.35 * depth;
        context.fillStyle = "#0d0d14";
        context.fill();
        context.globalAlpha = 1;
      }
      const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      let text = "";
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      files.push({ name, mimeType: "image/jpeg", text: btoa(text) });
    }
    return files;
  }, NAMES);
  return drawn.map(({ name, mimeType, text }) => ({ name, mimeType, buffer: Buffer.from(text, "base64") }));
}
