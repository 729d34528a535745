// What somebody does with the gallery, and what comes of it.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { landscapes, noise } from "./pictures.mjs";
import { LIMIT, digest } from "./visitor.mjs";

const png = (name, buffer) => ({ name, mimeType: "image/png", buffer });
const SMALL = noise(310, 322); // 300 KB
const LARGE = noise(2600, 2600); // 20 MB
/** What a test of progress sends in a second: so much that it ends soon, so little that it is seen. */
const SLOW = 12 * 1024 * 1024;

export const cases = {
  async "files of any size are uploaded, and their progress is seen"(visitor) {
    const page = await visitor.open();
    const network = await page.context().newCDPSession(page);
    await network.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: SLOW });
    await page.evaluate(() => {
      window.seen = [];
      const look = () => {
        const row = [...document.querySelectorAll("#uploads .row")].find((row) => row.textContent.includes("large.png"));
        const value = row?.querySelector("progress").value;
        if (value !== undefined && value !== window.seen.at(-1)) window.seen.push(value);
        requestAnimationFrame(look);
      };
      look();
    });
    const sent = [];
    page.on("request", (request) => request.method() === "PUT" && sent.push(new URL(request.url())));
    // By files, as somebody has them: so much is too much for a message to the browser.
    const folder = mkdtempSync(join(tmpdir(), "gallery-"));
    const files = { "empty.png": Buffer.alloc(0), "small.png": SMALL, "large.png": LARGE };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    await visitor.choose(Object.keys(files).map((name) => join(folder, name)));
    for (const name of Object.keys(files)) await visitor.uploaded(name);
    rmSync(folder, { recursive: true });

    const seen = (await page.evaluate(() => window.seen)).filter((value) => value > 0 && value < 1);
    assert.ok(seen.length >= 5, `progress was seen at ${seen}`);
    assert.deepEqual(seen, seen.toSorted((one, other) => one - other), "it goes on, and not back");
    const direct = sent.filter(({ pathname }) => pathname.startsWith("/cdn-cgi/local/r2/s3/gallery-photos/"));
    const parts = direct.map(({ searchParams }) => searchParams.get("partNumber")).filter(Boolean).sort();
    assert.deepEqual(parts, ["1", "2", "3"], "20 MB are three parts");
    assert.ok(sent.every(({ pathname }) => !pathname.startsWith("/.storage/")), "nothing passes through the Worker");

    assert.deepEqual((await visitor.tiles()).toSorted(), ["empty.png", "large.png", "small.png"]);
    const album = await visitor.album(0);
    const { photos } = (await visitor.ask(album, "GET", "photos")).json;
    for (const { photo, name, size } of photos) {
      assert.equal(size, files[name].length);
      const { original } = (await visitor.ask(album, "GET", `photos/${photo}`)).json;
      assert.equal(original.route, "direct");
      const stored = Buffer.from(await (await fetch(original.url)).arrayBuffer());
      assert.equal(digest(stored), digest(files[name]), name);
    }
  },

  async "a part that fails is sent again, and no other"(visitor) {
    const page = await visitor.open();
    const sent = [];
    await page.route(/partNumber=/, (route) => {
      const number = new URL(route.request().url()).searchParams.get("partNumber");
      sent.push(number);
      return number === "2" && sent.filter((one) => one === "2").length === 1 ? route.abort("connectionreset") : route.continue();
    });
    await visitor.choose(png("broken off.png", LARGE));
    await visitor.uploaded("broken off.png");
    assert.equal(await visitor.row("broken off.png").getAttribute("data-retries"), "1");
    assert.deepEqual(sent.toSorted(), ["1", "2", "2", "3"]);
    const { bytes } = await visitor.newest(await visitor.album(0));
    assert.equal(digest(bytes), digest(LARGE));
  },

  async "what fails for good can be tried again by hand, and what is cancelled is gone"(visitor) {
    const page = await visitor.open();
    const refuse = (route) => route.fulfill({ status: 400, body: "no" });
    await page.route(/gallery-photos/, refuse);
    await visitor.choose(png("refused.png", SMALL));
    const row = visitor.row("refused.png");
    const retry = row.getByRole("button", { name: "Retry: refused.png" });
    await retry.waitFor();
    assert.match(await row.textContent(), /storage answered 400/);
    assert.deepEqual(await visitor.tiles(), []);
    await page.unroute(/gallery-photos/, refuse);
    await retry.click();
    await retry.waitFor({ state: "detached" }); // a row shows what has changed in the next frame
    await visitor.uploaded("refused.png");

    let held;
    await page.route(/partNumber=2/, (route) => (held = route));
    await visitor.choose(png("cancelled.png", LARGE));
    await page.waitForFunction(() => [...document.querySelectorAll("#uploads .row progress")].some(({ value }) => value > 0.3 && value < 1));
    const cancelled = page.waitForResponse((answer) => answer.request().method() === "DELETE");
    await visitor.row("cancelled.png").getByRole("button", { name: "Cancel: cancelled.png" }).click();
    assert.equal((await cancelled).status(), 204);
    assert.ok(held);
    assert.deepEqual(await visitor.tiles(), ["refused.png"]);
    const { photos } = (await visitor.ask(await visitor.album(0), "GET", "photos")).json;
    assert.deepEqual(photos.map(({ name }) => name), ["refused.png"]);
  },

  async "photos that are dropped are uploaded, and what is no photo is not"(visitor) {
    const page = await visitor.open();
    const dropped = await page.evaluateHandle((text) => {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
      data.items.add(new File(["<script>"], "page.html", { type: "text/html" }));
      data.items.add(new File(["<svg/>"], "drawing.svg", { type: "image/svg+xml" }));
      return data;
    }, SMALL.toString("base64"));
    await page.dispatchEvent("main", "dragenter", { dataTransfer: dropped });
    assert.ok(await page.isVisible("#drop"));
    await visitor.picture("dropping");
    await page.dispatchEvent("main", "drop", { dataTransfer: dropped });
    assert.ok(!(await page.isVisible("#drop")));
    assert.match(await page.textContent("#toast"), /Not uploaded: page.html is no photo.*, and 1 more/);
    await visitor.uploaded("dropped.png");
    assert.deepEqual(await visitor.tiles(), ["dropped.png"]);
  },

  async "an album of 250 photos is scrolled to its end"(visitor) {
    const page = await visitor.open();
    const album = await visitor.album(0);
    const names = Array.from({ length: 250 }, (_, number) => `${number}.png`);
    const waiting = [...names];
    const upload = async () => {
      for (let name = waiting.shift(); name; name = waiting.shift()) {
        const file = { content_type: "image/png", size: 4 };
        const { photo } = (await visitor.ask(album, "POST", "uploads", file)).json;
        const { url, headers } = (await visitor.ask(album, "POST", `uploads/${photo}/original`, file)).json;
        delete headers["content-length"];
        assert.equal((await fetch(url, { method: "PUT", headers, body: "none" })).status, 200);
        const finished = { name, size: 4, width: 0, height: 0, has_thumbnail: false };
        assert.equal((await visitor.ask(album, "PUT", `uploads/${photo}`, finished)).status, 200);
      }
    };
    await Promise.all(Array.from({ length: 8 }, upload));

    await page.reload();
    await page.waitForSelector(".tile");
    const first = await page.$$eval(".tile", (tiles) => tiles.length);
    assert.ok(first < 250, `${first} at once`);
    assert.match(await page.textContent("#count"), /so far$/);
    const deadline = Date.now() + LIMIT;
    while ((await page.textContent("#count")) !== "250 photos") {
      assert.ok(Date.now() < deadline, `still ${await page.textContent("#count")}`);
      await page.mouse.wheel(0, 2000);
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    assert.deepEqual((await visitor.tiles()).toSorted(), names.toSorted(), "each of them once");
    const ids = await page.$$eval(".tile", (tiles) => tiles.map(({ id }) => id));
    assert.deepEqual(ids, ids.toSorted(), "the newest first");
    assert.ok(!(await page.isVisible("#more")));
    assert.match(await page.textContent("#status"), /that is all$/);
  },

  async "a shared link works once"(visitor) {
    const page = await visitor.open();
    for (const [number, kind] of ["open", "private"].entries()) {
      await page.click(`#albums li:nth-child(${number + 1}) button`);
      const name = `${kind}.png`;
      await visitor.choose(png(name, SMALL));
      await visitor.uploaded(name);
      await page.click(".tile-button");
      await page.click("#share");
      await page.waitForSelector("#shared:not([hidden])");
      const link = await page.inputValue("#shared-link");
      assert.ok(link.startsWith(`${visitor.task.url}/.storage/`), link);
      const answer = await fetch(link);
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get("content-disposition"), /^inline/);
      assert.equal(digest(Buffer.from(await answer.arrayBuffer())), digest(SMALL));
      const again = await fetch(link);
      assert.equal(again.status, 403);
      assert.equal((await again.json()).error.code, "storage_link_refused");
      await page.keyboard.press("Escape");
    }
  },

  async "what is in a private album is ciphertext in storage"(visitor) {
    const page = await visitor.open();
    const sent = [];
    page.on("request", (request) => request.method() === "PUT" && sent.push(new URL(request.url()).pathname));
    for (const [number, name] of ["known to all.png", "known to me.png"].entries()) {
      await page.click(`#albums li:nth-child(${number + 1}) button`);
      await visitor.choose(png(name, SMALL));
      await visitor.uploaded(name);
      await page.waitForFunction(() => document.querySelector(".tile img")?.naturalWidth > 0);
      const album = await visitor.album(number);
      const { bytes, original } = await visitor.newest(album);
      assert.equal(digest(bytes), digest(SMALL));
      assert.equal(original.route, ["direct", "worker"][number]);
    }
    await visitor.picture("private");
    assert.ok(sent.some((path) => path.startsWith("/.storage/")));

    const stored = (bucket) => {
      const folder = join(visitor.task.storage, "v3", "r2", bucket);
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      return files.map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    };
    // Bytes out of the middle, and how any PNG begins: where they are, a photo is. They are that long
    // because three or four bytes are by chance in what is encrypted, once in a hundred photos.
    const known = { middle: SMALL.subarray(100_000, 100_032), head: SMALL.subarray(0, 16) };
    const [open, sealed] = [stored("gallery-photos"), stored("gallery-private")];
    assert.ok(sealed.some((file) => file.length > SMALL.length), "the photo is there");
    for (const [part, bytes] of Object.entries(known)) {
      assert.ok(open.some((file) => file.includes(bytes)), `its ${part} is looked for where photos are`);
      assert.ok(!sealed.some((file) => file.includes(bytes)), `its ${part} is stored in clear`);
    }
  },

  async "no album reaches into another"(visitor) {
    const page = await visitor.open();
    await visitor.choose(png("mine.png", SMALL));
    await visitor.uploaded("mine.png");
    const [mine, hidden] = [await visitor.album(0), await visitor.album(1)];
    const { photo } = await visitor.newest(mine);
    await visitor.open(); // somebody else
    const other = await visitor.album(0);
    assert.notEqual(other.secret, mine.secret);
    assert.deepEqual(await visitor.tiles(), []);
    for (const album of [other, hidden, { ...mine, kind: "private" }]) {
      assert.deepEqual((await visitor.ask(album, "GET", "photos")).json.photos, []);
      assert.equal((await visitor.ask(album, "GET", `photos/${photo}`)).status, 404);
      assert.equal((await visitor.ask(album, "POST", `photos/${photo}/share`)).status, 404);
      await visitor.ask(album, "DELETE", `photos/${photo}`);
      await visitor.ask(album, "DELETE", `uploads/${photo}`);
    }
    assert.equal((await visitor.ask({ kind: "open" }, "GET", "photos")).status, 401);
    assert.equal((await visitor.ask(mine, "GET", `photos/${photo}`)).status, 200);
    assert.equal(digest((await visitor.newest(mine)).bytes), digest(SMALL));
    assert.ok(page);
  },

  async "a name is text, whatever is in it"(visitor) {
    const page = await visitor.open();
    const name = `"><img src=x onerror="window.ran=1"><script>window.ran=1<\u2044script>'&amp;.png`;
    await visitor.choose([png(name, SMALL), png(`${name} unreadable.png`, Buffer.from("not a PNG"))]);
    await visitor.uploaded(name);
    await visitor.uploaded(`${name} unreadable.png`);
    assert.deepEqual((await visitor.tiles()).toSorted(), [name, `${name} unreadable.png`].toSorted());
    await page.click(".tile:has(img) .tile-button");
    assert.equal(await page.textContent("#viewer-name"), name);
    await page.click("#delete");
    assert.equal(await page.textContent("#ask-delete-name"), name);
    assert.equal(await page.evaluate(() => window.ran), undefined);
    assert.equal(await page.$$eval("img[src=x], main script, dialog script", (found) => found.length), 0);
  },

  async "everything is done by the keyboard"(visitor) {
    const page = await visitor.open();
    const files = ["one.png", "two.png", "three.png"];
    for (const name of files) {
      await visitor.choose(png(name, SMALL));
      await visitor.uploaded(name);
    }
    await page.click("#tray-clear");
    await page.focus("#add");
    const focused = () => page.evaluate(() => document.activeElement.getAttribute("alt") ?? document.activeElement.querySelector("img")?.alt ?? document.activeElement.id);
    for (let steps = 0; (await focused()) !== "three.png"; steps += 1) {
      assert.ok(steps < 20, `the focus is at ${await focused()}`);
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    const shown = () => page.textContent("#viewer-name");
    assert.equal(await shown(), "three.png");
    await page.keyboard.press("ArrowRight");
    assert.equal(await shown(), "two.png");
    assert.equal(await page.textContent("#status"), "two.png");
    await page.keyboard.press("Escape");
    const isFocused = (name) => page.waitForFunction((name) => document.activeElement.querySelector("img")?.alt === name, name);
    await isFocused("two.png"); // where one was, and not where one came from
    await page.keyboard.press("Enter");
    await page.keyboard.press("Delete");
    assert.equal(await focused(), "keep", "what is safe has the focus");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll(".tile").length === 2);
    assert.deepEqual(await visitor.tiles(), ["three.png", "one.png"]);
    await isFocused("one.png");
    const { photos } = (await visitor.ask(await visitor.album(0), "GET", "photos")).json;
    assert.deepEqual(photos.map(({ name }) => name), ["three.png", "one.png"]);

    await page.click("#new-album");
    await page.keyboard.type("Summer");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.getElementById("album-name").textContent === "Summer");
    assert.equal((await visitor.album(2)).kind, "private");
  },

  async "it has no barriers, by day and by night, and looks as it should"(visitor) {
    const blank = await visitor.open();
    const photos = await landscapes(blank);
    await visitor.noBarriers("an empty album");
    await visitor.picture("empty");
    await visitor.choose(photos.toReversed());
    await blank.waitForSelector("#uploads .row[data-state=sending]");
    await blank.waitForFunction(() => document.querySelectorAll("#uploads .row[data-state=done]").length >= 9);
    await visitor.picture("uploading");
    for (const { name } of photos) await visitor.uploaded(name);
    const albums = [await visitor.album(0), await visitor.album(1)];
    albums[0].name = "Two weeks in June";

    const looks = {
      light: { colorScheme: "light" },
      dark: { colorScheme: "dark" },
      narrow: { colorScheme: "light", viewport: { width: 390, height: 844 } },
      "narrow-dark": { colorScheme: "dark", viewport: { width: 390, height: 844 } },
    };
    for (const [look, options] of Object.entries(looks)) {
      const page = await visitor.open({ ...options, albums, reducedMotion: "reduce" });
      await page.waitForFunction(() => {
        const images = [...document.querySelectorAll(".tile img")].slice(0, 6);
        return images.length === 6 && images.every((image) => image.classList.contains("is-there"));
      });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${look}: wider than the window by ${overflow}`);
      await visitor.noBarriers(look);
      await visitor.picture(look);
      await visitor.choose({ ...photos[0], name: `${look} and a rather long name of a photo.jpg` });
      await page.waitForFunction(() => document.querySelector("#uploads .row[data-state=done]"));
      await visitor.noBarriers(`${look}, with the tray`);
      await visitor.picture(`${look}-tray`);
      await page.click("#tray-clear");
      await page.click(".tile:nth-child(3) .tile-button");
      await page.waitForFunction(() => document.querySelector("#stage img:not(.is-early)"));
      await visitor.picture(`${look}-viewer`);
      await page.click("#share");
      await page.waitForSelector("#shared:not([hidden])");
      const hidden = await page.$eval("#viewer", (viewer) => viewer.scrollWidth - viewer.clientWidth);
      assert.ok(hidden <= 0, `${look}: the viewer is wider than the window by ${hidden}`);
      await visitor.noBarriers(`${look}, a photo`);
      await visitor.picture(`${look}-shared`);
      await page.click("#delete");
      await visitor.noBarriers(`${look}, a question`);
      await page.click("#keep");
      await page.keyboard.press("Escape");
      await page.click("#new-album");
      await visitor.noBarriers(`${look}, a new album`);
      await visitor.picture(`${look}-album`);
      const moving = await page.$$eval("*", (all) => all.filter((one) => getComputedStyle(one).animationName !== "none").length);
      assert.equal(moving, 0, "nothing moves for who wants that");
      // The sheet is as it was for the next look.
      const [{ photo }] = (await visitor.ask(albums[0], "GET", "photos")).json.photos;
      assert.equal((await visitor.ask(albums[0], "DELETE", `photos/${photo}`)).status, 204);
    }
  },
};
