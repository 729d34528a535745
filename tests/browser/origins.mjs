// What a browser lets a page of another origin do with KV over REST: the server of `guarded` in
// `tests/conformance/src/rest.rs`, which takes requests of `http://app.example`.

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";

import { LIMIT } from "./visitor.mjs";

const KEY = "owner-key-of-tests";
const JSON_WITH_KEY = { authorization: `Bearer ${KEY}`, "content-type": "application/json" };

/** A page with nothing on it, whatever it is asked for. The browser takes it for all of `*.example`. */
export async function serve() {
  const server = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<!doctype html>"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

/** Somebody's page: what it asks, and what tells that its browser asks first, which may be told later than the answer. */
async function visit(visitor, origin) {
  const page = await visitor.visit(origin);
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  const sent = new EventEmitter();
  network.on("Network.requestWillBeSent", ({ request }) => sent.emit(request.method));
  const preflight = () => once(sent, "OPTIONS", { signal: AbortSignal.timeout(LIMIT) });
  const ask = (method, path, headers = {}, body) =>
    page.evaluate(
      async ([url, init]) => {
        try {
          const answer = await fetch(url, init);
          return { status: answer.status, headers: Object.fromEntries(answer.headers), json: await answer.json() };
        } catch (error) {
          return { refused: error.name };
        }
      },
      [`${visitor.task.rest}/rest/v1/kv${path}`, { method, headers, body: body && JSON.stringify(body) }],
    );
  return { ask, preflight };
}

/** What is stored under a key, by a program that is no browser. */
async function stored(visitor, key) {
  const answer = await fetch(`${visitor.task.rest}/rest/v1/kv/${key}`, { headers: { "x-api-key": KEY } });
  return (await answer.json()).data;
}

export const cases = {
  async "a page of an origin that may writes and reads over REST, after a preflight"(visitor) {
    const { ask, preflight } = await visit(visitor, "http://app.example/");
    const asked = preflight();
    const written = await ask("PUT", "/pages/a", JSON_WITH_KEY, { value: { by: "page" } });
    assert.equal(written.status, 200);
    assert.deepEqual(written.json, { status: 200, success: true, data: { by: "page" } });
    await asked;
    assert.deepEqual(await stored(visitor, "pages/a"), { by: "page" });
    const read = await ask("GET", "/pages/a", { "x-api-key": KEY });
    assert.deepEqual(read.json.data, { by: "page" });
    assert.equal((await ask("DELETE", "/pages/a", { "x-api-key": KEY })).status, 200);
    assert.equal(await stored(visitor, "pages/a"), null);
  },

  async "a page reads why it was refused, and the headers that are exposed"(visitor) {
    const { ask } = await visit(visitor, "http://app.example/");
    const { status, headers, json } = await ask("PUT", "/pages/b", { ...JSON_WITH_KEY, authorization: "Bearer wrong" }, { value: 1 });
    assert.equal(status, 401);
    assert.equal(json.error.code, "storage_unauthorized");
    assert.match(headers["www-authenticate"], /^Bearer, Basic /);
    assert.equal(headers["content-type"], "application/json");
    assert.equal(headers["x-content-type-options"], undefined, "it was sent, and is not exposed");
    assert.equal(await stored(visitor, "pages/b"), null);
  },

  async "a page may no more over REST than was said"(visitor) {
    const { ask } = await visit(visitor, "http://app.example/");
    const refused = { refused: "TypeError" };
    assert.deepEqual(await ask("PUT", "/pages/c", { ...JSON_WITH_KEY, "x-other": "1" }, { value: 1 }), refused);
    assert.deepEqual(await ask("PATCH", "/pages/c", JSON_WITH_KEY, { value: 1 }), refused);
    assert.equal(await stored(visitor, "pages/c"), null);
  },

  async "a page of any other origin is refused by the browser"(visitor) {
    for (const origin of ["http://other.example/", "http://app.example.example/"]) {
      const { ask, preflight } = await visit(visitor, origin);
      const refused = { refused: "TypeError" };
      const asked = preflight();
      assert.deepEqual(await ask("PUT", "/pages/d", JSON_WITH_KEY, { value: 1 }), refused, origin);
      await asked;
      assert.equal(await stored(visitor, "pages/d"), null);
      // This one needs no preflight: it is answered, and the page does not see it.
      assert.deepEqual(await ask("GET", "/pages/d"), refused, origin);
    }
  },
};
