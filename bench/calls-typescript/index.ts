// An app that goes by a storage Worker, written by hand. What a request asks is said in bench/calls/src/lib.rs.

import type Storage from "./storage/index.ts";

interface Env {
  STORAGE: Service<Storage>;
}

const LARGE = "calls/large";
const SMALL = "calls/small";
const OPTIONS = { httpMetadata: { contentType: "text/plain" } };

export default {
  async fetch(request: Request, { STORAGE }: Env): Promise<Response> {
    const [, first, operation, count] = new URL(request.url).pathname.split("/");
    if (request.method === "PUT") {
      const key = first === "small" ? SMALL : LARGE;
      return new Response(String((await STORAGE.put("OBJECTS", key, request.body!, OPTIONS)).size));
    }
    if (request.method === "GET") {
      const object = await STORAGE.get("OBJECTS", LARGE);
      const headers = { "content-type": "text/plain", "content-length": String(object!.size) };
      return new Response(object!.body, { headers });
    }
    if (operation !== "get") {
      return new Response("no such task", { status: 404 });
    }
    const bucket = first === "stub" ? "STUB" : "OBJECTS";
    let seen = 0;
    for (let number = 0; number < Number(count); number++) {
      seen += (await STORAGE.get(bucket, SMALL))!.body.length;
    }
    return new Response(String(seen));
  },
};
