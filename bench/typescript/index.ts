// The operations of the benchmark, written by hand in TypeScript. See bench/task/src/lib.rs for what
// a request asks.

import { stub_env } from "../task/stub.js";
import * as bucket from "./bucket";
import * as cipher from "./cipher";
import * as kv from "./kv";

export interface Env {
  OBJECTS: R2Bucket;
  ENTRIES: KVNamespace;
}

const KEYS = 10;
const VALUE = new Uint8Array(256 * 1024).fill(0x78);

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const path = new URL(request.url).pathname;
    if (request.method === "PUT" && path === "/upload") {
      return bucket.upload(env.OBJECTS, request);
    }
    if (request.method === "GET" && path === "/download") {
      return bucket.download(env.OBJECTS);
    }
    switch (`${request.method} ${path}`) {
      case "PUT /seal":
        return cipher.seal(request);
      case "PUT /store":
        return cipher.store(env.OBJECTS, request);
      case "GET /open":
        return cipher.open(env.OBJECTS);
    }
    const [, bindings, operation, count] = path.split("/");
    const step = operation.startsWith("seal-") ? sealing(operation) : STEPS[operation];
    if (step === undefined) {
      return new Response("no such task", { status: 404 });
    }
    const on: Env = bindings === "stub" ? stub_env() : env;
    let seen = 0;
    for (let number = 0; number < Number(count); number++) {
      seen += await step(on, `${bucket.PREFIX}${number % KEYS}`);
    }
    return new Response(String(seen));
  },
};

/** Encrypts so many bytes of a value. */
function sealing(operation: string): () => Promise<number> {
  const plain = VALUE.subarray(0, Number(operation.slice("seal-".length)));
  return async () => (await cipher.sealValue(plain)).length;
}

const STEPS: Record<string, (env: Env, key: string) => Promise<number>> = {
  "kv-get": (env, key) => kv.get(env.ENTRIES, key),
  "kv-list": (env) => kv.list(env.ENTRIES),
  "kv-open": (env, key) => kv.open(env.ENTRIES, key),
  "kv-put": (env, key) => kv.put(env.ENTRIES, key),
  "kv-seal": (env, key) => kv.seal(env.ENTRIES, key),
  "r2-get": (env, key) => bucket.get(env.OBJECTS, key),
  "r2-head": (env, key) => bucket.head(env.OBJECTS, key),
  "r2-list": (env) => bucket.list(env.OBJECTS),
  "r2-put": (env, key) => bucket.put(env.OBJECTS, key),
};
