// Encryption by WebCrypto: C2SP chunked encryption, as fast as it goes by hand. The stream is read into
// one buffer, 32 chunks at a time, and written from another.

const KEY = new Uint8Array(32).fill(7);
const BASE_NONCE = new Uint8Array(12).fill(9);
const PREFIX = new Uint8Array(56).fill(5);
const SEALED = "sealed/large";

const CHUNK = 16 * 1024;
const TAG = 16;
const BATCH = 32;

/** What the body of a request is stored as. */
export function seal(request: Request): Response {
  const length = Number(request.headers.get("content-length"));
  return new Response(sealed(request.body!, length));
}

/** The same, as an object. */
export async function store(bucket: R2Bucket, request: Request): Promise<Response> {
  const length = Number(request.headers.get("content-length"));
  const written = await bucket.put(SEALED, sealed(request.body!, length));
  return new Response(String(written.size));
}

/** The plaintext of the object. */
export async function open(bucket: R2Bucket): Promise<Response> {
  const found = await bucket.get(SEALED, { range: { offset: PREFIX.length } });
  if (found === null) {
    return new Response("not found", { status: 404 });
  }
  const length = found.size - PREFIX.length;
  const chunks = Math.floor(length / (CHUNK + TAG)) + 1;
  const { readable, writable } = new FixedLengthStream(length - chunks * TAG);
  convert(found.body, writable, CHUNK + TAG, "decrypt").catch((error) => writable.abort(error));
  return new Response(readable);
}

/** What a value is stored as. */
export async function sealValue(plain: Uint8Array): Promise<Uint8Array> {
  const key = await importKey("encrypt");
  const chunks = Math.floor(plain.length / CHUNK) + 1;
  const sealed = new Uint8Array(PREFIX.length + plain.length + chunks * TAG);
  sealed.set(PREFIX);
  const iv = BASE_NONCE.slice();
  const counter = new DataView(iv.buffer);
  const base = counter.getUint32(8);
  for (let number = 0; number < chunks; number++) {
    counter.setUint32(8, base ^ number);
    const chunk = plain.subarray(number * CHUNK, (number + 1) * CHUNK);
    const converted = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, chunk);
    sealed.set(new Uint8Array(converted), PREFIX.length + number * (CHUNK + TAG));
  }
  return sealed;
}

/** The plaintext of a value of less than a chunk. */
export async function openValue(stored: ArrayBuffer): Promise<ArrayBuffer> {
  const key = await importKey("decrypt");
  const algorithm = { name: "AES-GCM", iv: BASE_NONCE };
  return crypto.subtle.decrypt(algorithm, key, new Uint8Array(stored, PREFIX.length));
}

function sealed(plain: ReadableStream, length: number): ReadableStream {
  const chunks = Math.floor(length / CHUNK) + 1;
  const { readable, writable } = new FixedLengthStream(PREFIX.length + length + chunks * TAG);
  convert(plain, writable, CHUNK, "encrypt").catch((error) => writable.abort(error));
  return readable;
}

async function convert(
  source: ReadableStream,
  writable: WritableStream,
  chunk: number,
  use: "encrypt" | "decrypt",
): Promise<void> {
  const key = await importKey(use);
  const reader = source.getReader({ mode: "byob" });
  const writer = writable.getWriter();
  if (use === "encrypt") {
    await writer.write(PREFIX);
  }
  const algorithm = { name: "AES-GCM", iv: BASE_NONCE.slice() };
  const counter = new DataView(algorithm.iv.buffer);
  const base = counter.getUint32(8);
  const output = new Uint8Array(BATCH * (CHUNK + TAG));
  let input = new ArrayBuffer(BATCH * chunk);
  for (let number = 0, last = false; !last; ) {
    const { value } = await reader.readAtLeast(input.byteLength, new Uint8Array(input));
    const bytes = value ?? new Uint8Array(0);
    last = bytes.length < BATCH * chunk;
    const converting = [];
    const end = last && use === "encrypt" ? bytes.length + 1 : bytes.length;
    for (let at = 0; at < end; at += chunk) {
      counter.setUint32(8, base ^ number++);
      converting.push(crypto.subtle[use](algorithm, key, bytes.subarray(at, at + chunk)));
    }
    let length = 0;
    for (const converted of await Promise.all(converting)) {
      output.set(new Uint8Array(converted), length);
      length += converted.byteLength;
      converted.transfer(0); // frees it now, not when the garbage collector finds it
    }
    await writer.write(output.subarray(0, length));
    input = bytes.buffer as ArrayBuffer;
  }
  await writer.close();
}

function importKey(use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", KEY, "AES-GCM", false, [use]);
}
