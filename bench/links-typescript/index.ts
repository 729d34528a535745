// A proxy of a private bucket, written by hand: it takes the tokens that docs/signed-urls.md describes, as
// far as reading goes, and answers with the same headers. What it leaves out is said in bench/LINKS.md.

interface Env {
  FILES: R2Bucket;
  LINK_KEYS: string;
}

interface Grant {
  bucket: string;
  key: string;
}

const BUCKET = "bench-links";
const PATH = "/.storage/";
const MAC_BYTES = 32;
const SKEW_SECONDS = 60;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const path = new URL(request.url).pathname;
    if (request.method === "GET" && path.startsWith(PATH)) {
      return download(env, path.slice(PATH.length));
    }
    const [, task, count, token] = path.split("/");
    if (request.method !== "POST" || task !== "check") {
      return new Response("no such task", { status: 404 });
    }
    let seen = 0;
    for (let number = 0; number < Number(count); number++) {
      const grant = await open(env, token);
      if (grant === null) {
        return new Response("refused", { status: 403 });
      }
      seen += grant.key.length + grant.bucket.length;
    }
    return new Response(String(seen));
  },
};

async function download(env: Env, token: string): Promise<Response> {
  const grant = await open(env, token);
  const object = grant?.bucket === BUCKET ? await env.FILES.get(grant.key) : null;
  if (object === null) {
    return new Response("refused", { status: 403 });
  }
  const headers = new Headers({
    "accept-ranges": "bytes",
    "cache-control": "private, no-cache",
    "content-length": String(object.size),
    etag: object.httpEtag,
    "last-modified": object.uploaded.toUTCString(),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  object.writeHttpMetadata(headers);
  return new Response(object.body, { headers });
}

/** What a token grants, if it is one and has not expired. */
async function open(env: Env, token: string): Promise<Grant | null> {
  const bytes = Uint8Array.from(atob(token.replace(/-/g, "+").replace(/_/g, "/")), (character) =>
    character.charCodeAt(0),
  );
  const signed = bytes.subarray(0, -MAC_BYTES);
  const id = 2;
  const name = id + 1 + signed[id];
  if (decoder.decode(signed.subarray(id + 1, name)) !== env.LINK_KEYS.split(":")[0]) {
    return null;
  }
  const mac = bytes.subarray(-MAC_BYTES);
  if (!(await crypto.subtle.verify("HMAC", await signingKey(env), mac, signed))) {
    return null;
  }
  const key = name + 1 + signed[name];
  const view = new DataView(signed.buffer, 0, signed.length);
  const issued = key + 2 + view.getUint16(key);
  const issuedAt = view.getUint16(issued) * 2 ** 32 + view.getUint32(issued + 2);
  const lifetime = view.getUint32(issued + 5) & 0xffffff;
  const now = Math.floor(Date.now() / 1000);
  if (signed[0] !== 1 || signed[1] !== 0 || now >= issuedAt + lifetime || issuedAt > now + SKEW_SECONDS) {
    return null;
  }
  return {
    bucket: decoder.decode(signed.subarray(name + 1, key)),
    key: decoder.decode(signed.subarray(key + 2, issued)),
  };
}

let derived: Promise<CryptoKey> | undefined;

/** Derived once, as docs/signed-urls.md says, and kept by the platform. */
function signingKey(env: Env): Promise<CryptoKey> {
  derived ??= (async () => {
    const secret = Uint8Array.from(atob(env.LINK_KEYS.split(":")[1]), (it) => it.charCodeAt(0));
    const ring = await imported(secret, "SHA-512");
    const label = encoder.encode("storage-rs/signing@v1\0signed-urls\x01");
    const bytes = await crypto.subtle.sign("HMAC", ring, label);
    return imported(new Uint8Array(bytes, 0, 32), "SHA-256");
  })();
  return derived;
}

function imported(key: Uint8Array, hash: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key, { name: "HMAC", hash }, false, ["sign", "verify"]);
}
