// A KV namespace over REST, written by hand with Hono: the entries of examples/kv-rest, with an API key and
// in the same envelope. What it leaves out is said in bench/REST.md.

import { Hono, type Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

type Env = { Bindings: { APP_CONFIGS: KVNamespace; KV_API_KEY: string } };

interface Write {
  value: unknown;
  ttl?: number;
  expiration?: number;
  metadata?: Record<string, unknown>;
}

const KEY_BYTES = 256;
const encoder = new TextEncoder();
const app = new Hono<Env>();

app.use(async (context, next) => {
  await next();
  context.header("cache-control", "no-store");
  context.header("vary", "accept");
  context.header("x-content-type-options", "nosniff");
});

app.use("/v1/*", async (context, next) => {
  const [scheme, presented = ""] = context.req.header("authorization")?.split(" ") ?? [];
  const key = scheme?.toLowerCase() === "bearer" ? presented : context.req.header("x-api-key");
  if (!isSame(key ?? "", context.env.KV_API_KEY)) {
    context.header("www-authenticate", "Bearer");
    return refuse(context, 401, "storage_unauthorized", "the credentials are missing or wrong");
  }
  await next();
});

app.get("/health", (context) => answer(context, "OK"));

app.get("/v1/kv/:key{.+}", async (context) => {
  const { value, metadata } = await context.env.APP_CONFIGS.getWithMetadata(
    context.req.param("key"),
    "json",
  );
  if (value === null) {
    return refuse(context, 404, "storage_entry_not_found", "there is no such entry");
  }
  return answer(context, value, metadata);
});

app.put("/v1/kv/:key{.+}", async (context) => {
  let write: Write;
  try {
    write = await context.req.json();
  } catch {
    return refuse(context, 400, "storage_invalid_json", "the body is not JSON");
  }
  const { value, ttl, expiration, metadata } = write;
  if (value === undefined || value === null) {
    return refuse(context, 400, "storage_invalid_value", "there is no value");
  }
  if (ttl !== undefined && !(Number.isInteger(ttl) && ttl >= 60)) {
    return refuse(context, 400, "storage_invalid_option", "the ttl is not 60 seconds or more");
  }
  await context.env.APP_CONFIGS.put(context.req.param("key"), JSON.stringify(value), {
    expirationTtl: ttl,
    expiration,
    metadata,
  });
  return answer(context, value);
});

app.delete("/v1/kv/:key{.+}", async (context) => {
  await context.env.APP_CONFIGS.delete(context.req.param("key"));
  return answer(context, true);
});

app.notFound((context) =>
  refuse(context, 404, "storage_route_not_found", "there is nothing at this path"),
);

export default app;

function answer(context: Context<Env>, data: unknown, metadata?: unknown): Response {
  const more = metadata ? { metadata } : {};
  return context.json({ status: 200, success: true, data, ...more });
}

function refuse(
  context: Context<Env>,
  status: ContentfulStatusCode,
  code: string,
  message: string,
): Response {
  return context.json({ status, success: false, data: null, error: { code, message } }, status);
}

/** In a time that does not depend on what either is. */
function isSame(presented: string, key: string): boolean {
  return crypto.subtle.timingSafeEqual(padded(presented), padded(key));
}

function padded(text: string): Uint8Array {
  const bytes = new Uint8Array(KEY_BYTES);
  const { written } = encoder.encodeInto(text, bytes.subarray(0, -1));
  bytes[written] = 0x80;
  return bytes;
}
