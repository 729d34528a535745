// What a Worker's edge asks of the platform's requests and responses: each in one call from wasm, in place of
// one for every header.

/** How much is read at once, at most. */
const PIECE_BYTES = 64 * 1024;

/**
 * The method, the URL, and the values of headers: a line each. A header that is not there is a NUL, which no
 * value can have in it.
 *
 * @param {Request} request
 * @param {string} names of the headers, a line each
 * @param {string} ofWrites names of more, if it may bring a body
 * @returns {string}
 */
export function requestLines(request, names, ofWrites) {
  const { method, url, headers } = request;
  const isRead = method === "GET" || method === "HEAD";
  let lines = method + "\n" + url;
  for (const name of (isRead ? names : names + "\n" + ofWrites).split("\n")) {
    lines += "\n" + (headers.get(name) ?? "\0");
  }
  return lines;
}

/**
 * Headers, without those that the platform refuses: the answer is worth giving without one.
 *
 * @param {string} lines a name, and its value in the next
 * @returns {Headers}
 */
export function headersOf(lines) {
  const headers = new Headers();
  const parts = lines.split("\n");
  // By `append`: it takes a fifth of the time of a list for the constructor.
  for (let at = 0; at + 1 < parts.length; at += 2) {
    try {
      headers.append(parts[at], parts[at + 1]);
    } catch {
      continue;
    }
  }
  return headers;
}

/**
 * @param {number} status
 * @param {Headers} headers which the response gets copies of
 * @param {ArrayBufferView | ReadableStream | null} body
 * @returns {Response}
 */
export function respond(status, headers, body) {
  return new Response(body, { status, headers });
}

/**
 * All of a stream, by the platform: a short one in one read, if it has as many bytes as it should, and a longer one with
 * no turn of the event loop for each piece. No buffer is as long as somebody only says that the stream is.
 *
 * @param {ReadableStream} stream of bytes
 * @param {number} length that it should have
 * @returns {Promise<ArrayBuffer | Uint8Array>}
 */
export async function bytesOf(stream, length) {
  const reader = length < PIECE_BYTES ? readerOfBytes(stream) : null;
  if (reader === null) {
    return new Response(stream).arrayBuffer();
  }
  const pieces = [];
  // One byte more than there should be: with fewer, that was all.
  for (let room = length + 1; ; room = PIECE_BYTES) {
    const { value } = await reader.readAtLeast(room, new Uint8Array(room));
    if (value !== undefined) {
      pieces.push(value);
    }
    if (value === undefined || value.byteLength < room) {
      return pieces.length === 1 ? pieces[0] : new Blob(pieces).arrayBuffer();
    }
  }
}

/** @param {ReadableStream} stream */
function readerOfBytes(stream) {
  try {
    return stream.getReader({ mode: "byob" });
  } catch {
    return null; // JavaScript's own pieces, or somebody else's, which the other way tells too
  }
}

/**
 * Reads a stream that nobody wants, and cancels what is more than so many bytes or comes later.
 *
 * @param {ReadableStream} stream of bytes
 * @param {number} bytes
 * @param {number} millis
 */
export async function drained(stream, bytes, millis) {
  const reader = stream.getReader();
  const timer = setTimeout(() => reader.cancel().catch(() => {}), millis);
  try {
    for (let left = bytes; left >= 0; ) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      left -= value.byteLength;
    }
    await reader.cancel();
  } finally {
    clearTimeout(timer);
  }
}
