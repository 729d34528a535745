// AES-256-GCM of C2SP chunked encryption, by the platform, on the platform's own buffers: no byte of a
// stream enters the memory of the Worker's wasm. What a message is made of (keys, prefix, lengths) is
// decided in Rust; here bytes flow.
//
// Three things make it fast. Bytes are read into a buffer of ours (a stream that is read without one
// comes in pieces of 4 KiB), many chunks are encrypted and written at once, and every buffer is used
// again or given back at once, not when the garbage collector finds it.

const CHUNK = 16 * 1024;
const TAG = 16;
const SEALED_CHUNK = CHUNK + TAG;

// How many chunks go at once. The first few go sooner, so that whoever waits has something to read.
const FIRST_BATCH = 4;
const LARGEST_BATCH = 32;

// More the format does not allow: the counter would reach the part of the nonce that tells messages apart.
const CHUNKS_MAX = 2 ** 38;

// The one thing that is said of bytes that can't be opened. Rust knows it by this text.
const REFUSED = "storage: decryption failed";

/**
 * What is stored of a plaintext: `prefix` and its chunks.
 *
 * @param {ReadableStream} source
 * @param {number} length of the plaintext. Reading fails if the source has more or fewer bytes
 * @returns {ReadableStream}
 */
export function sealStream(source, length, key, baseNonce, prefix) {
  const imported = importKey(key, "encrypt");
  const nonces = new Nonces(baseNonce, 0);
  let start = prefix.slice();
  const through = new FixedLengthStream(start.length + sealedLength(length));
  return flow(source, through, async (input, write) => {
    const key = await imported;
    const output = new Output();
    for (let batch = FIRST_BATCH; ; batch = grown(batch)) {
      const plain = await input.next(batch * CHUNK);
      const isLast = plain.length < batch * CHUNK;
      output.reset(start.length + sealedLength(plain.length));
      output.append(start);
      start = new Uint8Array(0);
      output.takeAll(await Promise.all(seal(plain, isLast, key, nonces)));
      await write(output.bytes());
      if (isLast) {
        return;
      }
    }
  });
}

/**
 * The plaintext of some chunks, or of a part of them. A chunk is given once it is verified, whole, and
 * the last bytes once the end is: whoever knows the length takes that many bytes for the whole, and the
 * end may be an empty chunk, that of a message that was cut off a forged one.
 *
 * @param {ReadableStream} source begins with the chunk that has the number `first`
 * @param {number} length of the source. It is refused if it has more or fewer bytes
 * @param {number} skip that many bytes of the plaintext, and
 * @param {number} take give that many
 * @returns {ReadableStream} of that length
 *
 * If `length` and `take` are `Infinity`, the source is the rest of a message, however long that is.
 */
export function openStream(source, length, key, baseNonce, first, skip, take) {
  const imported = importKey(key, "decrypt");
  const nonces = new Nonces(baseNonce, first);
  const isWhole = take === Infinity;
  const through = isWhole ? new IdentityTransformStream() : new FixedLengthStream(take);
  return flow(source, through, async (input, write) => {
    const key = await imported;
    let output = new Output();
    let spare = new Output();
    let held = new Uint8Array(0);
    let read = 0;
    let skipped = skip;
    let left = take;
    for (let batch = FIRST_BATCH; ; batch = grown(batch)) {
      const sealed = await input.next(batch * SEALED_CHUNK);
      const isLast = sealed.length < batch * SEALED_CHUNK;
      read += sealed.length;
      // The last chunk of a message is never a full one.
      const isCutOff = isWhole ? sealed.length % SEALED_CHUNK === 0 : read < length;
      if (read > length || (isLast && isCutOff)) {
        throw refused();
      }
      output.reset(batch * CHUNK);
      output.takeAll(await verified(open(sealed, key, nonces)));
      const plain = output.bytes().subarray(skipped, skipped + left);
      skipped = Math.max(0, skipped - output.length);
      left -= plain.length;
      if (isLast && left > 0 && !isWhole) {
        throw refused();
      }
      if (held.length > 0) {
        await write(held);
        held = held.subarray(0, 0);
      }
      if (!isLast && (isWhole || left === 0)) {
        held = plain;
        [output, spare] = [spare, output];
      } else if (plain.length > 0) {
        await write(plain);
      }
      if (isLast) {
        return;
      }
    }
  });
}

/**
 * What `sealStream` makes of it, for bytes in memory: from chunk `first` on. Only the bytes that are
 * the last ones may end in less than a chunk.
 *
 * @param {Uint8Array} bytes is a view on wasm memory, which is gone after the first `await`
 * @returns {Promise<Uint8Array>}
 */
export async function sealBytes(bytes, isLast, key, baseNonce, first, prefix) {
  const importing = importKey(key, "encrypt");
  const plain = bytes.slice();
  const nonces = new Nonces(baseNonce, first);
  const output = new Output();
  output.reset(prefix.length + sealedLength(plain.length));
  output.append(prefix);
  const imported = await importing;
  if (isLast && plain.length < CHUNK) {
    output.take(await crypto.subtle.encrypt(nonces.next(), imported, plain));
    return output.bytes();
  }
  const step = LARGEST_BATCH * CHUNK;
  let at = 0;
  for (; plain.length - at > step; at += step) {
    const batch = plain.subarray(at, at + step);
    output.takeAll(await Promise.all(seal(batch, false, imported, nonces)));
  }
  output.takeAll(await Promise.all(seal(plain.subarray(at), isLast, imported, nonces)));
  return output.bytes();
}

/**
 * The plaintext of some chunks in memory, all of it.
 *
 * @param {Uint8Array} bytes begins with the chunk that has the number `first`. It is a view on wasm
 * memory, which is gone after the first `await`
 * @returns {Promise<Uint8Array>}
 */
export async function openBytes(bytes, key, baseNonce, first) {
  const importing = importKey(key, "decrypt");
  const sealed = bytes.slice();
  const nonces = new Nonces(baseNonce, first);
  const imported = await importing;
  if (sealed.length <= SEALED_CHUNK) {
    return openChunk(sealed, imported, nonces);
  }
  const step = LARGEST_BATCH * SEALED_CHUNK;
  const output = new Output();
  output.reset(sealed.length);
  for (let at = 0; at < sealed.length; at += step) {
    output.takeAll(await verified(open(sealed.subarray(at, at + step), imported, nonces)));
  }
  return output.bytes();
}

/**
 * The first bytes of a stream, and what comes after them.
 *
 * @returns {Promise<[Uint8Array, ReadableStream]>} fewer than `length` bytes if there are no more
 */
export async function splitStream(source, length) {
  const { reader, rest } = startOf(source);
  const start = (await new PlatformInput(reader).next(length)).slice();
  reader.releaseLock();
  return [start, rest];
}

function startOf(source) {
  try {
    return { reader: source.getReader({ mode: "byob" }), rest: source };
  } catch {
    // The rest of a piece can't be put back. The platform cuts where it is told to.
    const rest = source.pipeThrough(new IdentityTransformStream());
    return { reader: rest.getReader({ mode: "byob" }), rest };
  }
}

/** What a batch of plaintext is stored as, a chunk a promise. */
function seal(plain, isLast, key, nonces) {
  const sealing = [];
  // The last chunk is always shorter than the others: empty, if nothing is left for it.
  const end = isLast ? plain.length + 1 : plain.length;
  for (let at = 0; at < end; at += CHUNK) {
    const chunk = plain.subarray(at, at + CHUNK);
    sealing.push(crypto.subtle.encrypt(nonces.next(), key, chunk));
  }
  return sealing;
}

function open(sealed, key, nonces) {
  const opening = [];
  for (let at = 0; at < sealed.length; at += SEALED_CHUNK) {
    const chunk = sealed.subarray(at, at + SEALED_CHUNK);
    opening.push(crypto.subtle.decrypt(nonces.next(), key, chunk));
  }
  return opening;
}

/** One chunk, or none, with as few promises as there can be: most values are one. */
async function openChunk(sealed, key, nonces) {
  if (sealed.length === 0) {
    return sealed;
  }
  let plain;
  try {
    plain = await crypto.subtle.decrypt(nonces.next(), key, sealed);
  } catch {
    throw refused();
  }
  return new Uint8Array(plain);
}

async function verified(opening) {
  try {
    return await Promise.all(opening);
  } catch {
    throw refused();
  }
}

function refused() {
  return new Error(REFUSED);
}

/** The length of all chunks of a plaintext. */
function sealedLength(length) {
  return length + (Math.floor(length / CHUNK) + 1) * TAG;
}

function grown(batch) {
  return Math.min(batch * 2, LARGEST_BATCH);
}

/** Bytes are copied out of `bytes` before this returns: they may be a view on wasm memory. */
function importKey(bytes, use) {
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, [use]);
}

/**
 * Starts what takes from `source` and writes to `through`; what comes out is the result. If either end
 * fails or is given up, so is the other, for the same reason.
 *
 * A reader that gives up is noticed at the next write: while the source stalls, nothing is written.
 */
function flow(source, through, work) {
  const input = inputOf(source);
  const writer = through.writable.getWriter();
  // A write is done when its bytes have been read: so the next batch is made when it is wanted.
  work(input, (bytes) => writer.write(bytes))
    .then(() => writer.close())
    .catch((reason) => {
      input.cancel(reason);
      writer.abort(reason).catch(ignore); // fails if the reader is gone, and then nobody asks
    });
  return through.readable;
}

/** What reads a stream in pieces of the length that is asked for. */
function inputOf(source) {
  try {
    return new PlatformInput(source.getReader({ mode: "byob" }));
  } catch {
    // It was made in JavaScript and comes in pieces as they were made.
    return new JavaScriptInput(source.getReader());
  }
}

/** Of the platform: it fills the same buffer again and again. */
class PlatformInput {
  constructor(reader) {
    this.reader = reader;
    this.buffer = new ArrayBuffer(0);
  }

  /** The next bytes, until they are read over by those after them. Fewer only at the end. */
  async next(length) {
    if (this.buffer.byteLength < length) {
      this.buffer = new ArrayBuffer(length);
    }
    let filled = 0;
    while (filled < length) {
      const rest = new Uint8Array(this.buffer, filled, length - filled);
      const { value, done } = await this.reader.read(rest, { min: rest.length });
      // The same memory under a new name: reading takes the old one away.
      this.buffer = value?.buffer ?? new ArrayBuffer(0);
      filled += value?.length ?? 0;
      if (done) {
        break;
      }
    }
    return new Uint8Array(this.buffer, 0, filled);
  }

  cancel(reason) {
    this.reader.cancel(reason).catch(ignore); // fails if the source has failed
  }
}

/** The same for pieces of any length, which are copied together. */
class JavaScriptInput {
  constructor(reader) {
    this.reader = reader;
    this.buffer = new Uint8Array(0);
    this.piece = this.buffer;
  }

  async next(length) {
    if (this.buffer.length < length) {
      this.buffer = new Uint8Array(length);
    }
    let filled = 0;
    while (filled < length) {
      if (this.piece.length === 0) {
        const { value, done } = await this.reader.read();
        if (done) {
          break;
        }
        this.piece = asBytes(value);
      }
      const part = this.piece.subarray(0, length - filled);
      this.buffer.set(part, filled);
      filled += part.length;
      this.piece = this.piece.subarray(part.length);
    }
    return this.buffer.subarray(0, filled);
  }

  cancel(reason) {
    this.reader.cancel(reason).catch(ignore);
  }
}

/** A piece of a stream, as the platform takes it too. */
function asBytes(piece) {
  if (piece instanceof ArrayBuffer) {
    return new Uint8Array(piece);
  }
  if (ArrayBuffer.isView(piece)) {
    return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  }
  throw new TypeError("a stream that is stored has to be one of bytes");
}

/** Bytes put one after the other into a buffer that is used again. */
class Output {
  constructor() {
    this.buffer = new Uint8Array(0);
    this.length = 0;
  }

  reset(room) {
    this.length = 0;
    if (this.buffer.length < room) {
      this.buffer = new Uint8Array(room);
    }
  }

  append(bytes) {
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** The buffer is left without memory, which so is free at once. */
  take(buffer) {
    this.append(new Uint8Array(buffer));
    buffer.transfer(0);
  }

  takeAll(buffers) {
    for (const buffer of buffers) {
      this.take(buffer);
    }
  }

  bytes() {
    return this.buffer.subarray(0, this.length);
  }
}

/**
 * The nonces of a message's chunks: the base nonce, and in its last five bytes the number of the chunk
 * by exclusive or.
 */
class Nonces {
  constructor(base, first) {
    this.algorithm = { name: "AES-GCM", iv: base.slice() };
    this.view = new DataView(this.algorithm.iv.buffer);
    this.high = this.view.getUint8(7);
    this.low = this.view.getUint32(8);
    this.number = first;
  }

  /** The algorithm of the next chunk. WebCrypto copies it in the call, so it can be used again. */
  next() {
    const number = this.number++;
    if (number >= CHUNKS_MAX) {
      throw new RangeError("more than 4 PiB can't be encrypted as one message");
    }
    this.view.setUint8(7, this.high ^ Math.floor(number / 2 ** 32));
    this.view.setUint32(8, this.low ^ number);
    return this.algorithm;
  }
}

function ignore() {}
