// Sending bytes: how many at once, how far it is, and what is tried again.

import { Refused, address } from "./album.js";

/** How often something is tried. */
const TRIES = 5;
/** How long the first wait is, in milliseconds. Each further one is twice as long. */
const FIRST_WAIT = 500;
/** How many requests send bytes at once, of all uploads together. */
const AT_ONCE = 4;

/** At most so many at once; the others wait in line. */
export class Slots {
  #free;
  #waiting = [];

  constructor(count) {
    this.#free = count;
  }

  async take(task) {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise((go) => this.#waiting.push(go));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}

export const slots = new Slots(AT_ONCE);

/**
 * Does something, and again if it may succeed then: after a wait that doubles, and of which a part is
 * chance, so that not everybody comes back at once.
 */
export async function persistently(task, { signal, onRetry }) {
  for (let number = 1; ; number += 1) {
    try {
      return await task();
    } catch (error) {
      if (signal.aborted || number === TRIES || !mayPass(error)) throw error;
      const wait = FIRST_WAIT * 2 ** (number - 1);
      onRetry?.(number, error);
      await sleep(wait * (0.75 + Math.random() / 2), signal);
    }
  }
}

/** A lost connection, a server that is busy, a link that has expired: the next try gets a new one. */
function mayPass(error) {
  if (error instanceof Refused) return [403, 408, 429].includes(error.status) || error.status >= 500;
  return error instanceof TypeError; // what `fetch` throws without an answer
}

function sleep(milliseconds, signal) {
  return new Promise((wake, stop) => {
    const timer = setTimeout(wake, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      stop(signal.reason);
    }, { once: true });
  });
}

/**
 * Sends bytes by a link, as it says. Gives the `ETag` of what was written.
 *
 * Not by `fetch`: that does not tell how far it is.
 */
export function send(link, blob, { signal, onProgress }) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open(link.method, address(link));
    for (const [name, value] of Object.entries(link.headers)) {
      if (name !== "content-length") request.setRequestHeader(name, value); // that one is the browser's
    }
    request.upload.onprogress = (event) => onProgress(Math.min(event.loaded, blob.size));
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        onProgress(blob.size);
        resolve(request.getResponseHeader("etag"));
      } else {
        reject(new Refused(request.status, "transfer", `storage answered ${request.status}`));
      }
    };
    request.onerror = () => reject(new TypeError("the connection was lost"));
    request.onabort = () => reject(signal.reason);
    request.onloadend = () => signal.removeEventListener("abort", abort);
    signal.addEventListener("abort", abort);
    // Without a type of its own, which would be sent where the link says none.
    request.send(blob.slice(0, blob.size, link.headers["content-type"] ?? ""));
  });
}
