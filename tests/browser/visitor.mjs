// Somebody in front of the page, with a browser that knows nothing yet.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";

/** How long anything on the page may take, on a machine that does much else, in milliseconds. */
export const LIMIT = 60_000;

export class Visitor {
  #contexts = [];
  #wrong = [];

  constructor({ browser, axe, task }) {
    this.browser = browser;
    this.axe = axe;
    this.task = task;
  }

  /** Opens the page. */
  async open({ colorScheme = "light", viewport = { width: 1280, height: 800 }, reducedMotion = "no-preference", albums } = {}) {
    const context = await this.browser.newContext({ colorScheme, viewport, reducedMotion });
    context.setDefaultTimeout(LIMIT);
    this.#contexts.push(context);
    if (albums) {
      await context.addInitScript((text) => localStorage.setItem("albums", text), JSON.stringify(albums));
    }
    const page = await this.#page(context);
    await page.goto(this.task.url);
    await page.waitForFunction(() => document.getElementById("count").textContent !== "Loading" && document.getElementById("album-name").textContent);
    return page;
  }

  /** Opens a page of somebody else. */
  async visit(url) {
    const context = await this.browser.newContext();
    context.setDefaultTimeout(LIMIT);
    this.#contexts.push(context);
    const page = await this.#page(context);
    await page.goto(url);
    return page;
  }

  async #page(context) {
    const page = await context.newPage();
    page.on("pageerror", (error) => this.#wrong.push(`an error of the page: ${error}`));
    page.on("dialog", (dialog) => this.#wrong.push(`a dialog: ${dialog.message()}`));
    page.on("console", (message) => {
      const text = message.text();
      if (/Content.Security.Policy/i.test(text)) this.#wrong.push(text);
    });
    this.page = page;
    return page;
  }

  /** What the page must never do, whatever the case is about. */
  nothingWentWrong() {
    assert.deepEqual(this.#wrong, []);
  }

  async leave() {
    for (const context of this.#contexts) await context.close();
  }

  picture(name) {
    return this.page.screenshot({ path: join(this.task.pictures, `${name}.png`) });
  }

  /** Chooses files as by the button. */
  choose(files) {
    return this.page.setInputFiles("#files", files);
  }

  row(name) {
    return this.page.locator("#uploads .row", { has: this.page.locator(`.row-name:text-is(${JSON.stringify(name)})`) });
  }

  async uploaded(name) {
    await this.page.waitForFunction((name) => {
      const rows = [...document.querySelectorAll("#uploads .row")];
      const row = rows.find((row) => row.querySelector(".row-name").textContent === name);
      if (row?.dataset.state === "failed") throw new Error(row.textContent);
      return row?.dataset.state === "done";
    }, name);
  }

  /** The names of the photos, as they are shown. */
  tiles() {
    return this.page.$$eval(".tile", (tiles) =>
      tiles.map((tile) => tile.querySelector("img")?.alt ?? tile.querySelector(".tile-blank span:last-child").textContent),
    );
  }

  /** The album of that number that this browser has. */
  album(number) {
    return this.page.evaluate((number) => JSON.parse(localStorage.getItem("albums"))[number], number);
  }

  /** A request as the page makes it, or somebody who has that secret. */
  async ask({ kind, secret }, method, path, body) {
    const headers = secret ? { authorization: `Bearer ${secret}` } : {};
    if (body) headers["content-type"] = "application/json";
    const answer = await fetch(`${this.task.url}/api/${kind}/${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, json: text.startsWith("{") ? JSON.parse(text) : null };
  }

  /** The bytes of the newest photo of an album, by its link. */
  async newest(album) {
    const [{ photo }] = (await this.ask(album, "GET", "photos")).json.photos;
    const { original } = (await this.ask(album, "GET", `photos/${photo}`)).json;
    const answer = await fetch(original.url);
    assert.equal(answer.status, 200);
    return { photo, original, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  /** Barriers that axe finds: none. */
  async noBarriers(where) {
    await this.page.evaluate(this.axe);
    const found = await this.page.evaluate(async () => {
      // What moves has other colours on its way.
      await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
      const { violations } = await axe.run(document, { resultTypes: ["violations"] });
      return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(" ")}`);
    });
    assert.deepEqual(found, [], where);
  }
}

export function digest(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
