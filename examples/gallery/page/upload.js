// One file on its way.

import { persistently, send, slots } from "./transfer.js";
import { thumbnail } from "./thumbnail.js";

/** Tells of every change by the event "change", and of the end by "done". */
export class Upload extends EventTarget {
  state = "waiting"; // then "sending", and "done", "failed" or "cancelled"
  note = "";
  preview = null;
  retries = 0;
  #stop = new AbortController();
  #isCancelled = false;
  #begun = null;
  #sent = new Map(); // by the number of the part

  constructor(album, file) {
    super();
    this.album = album;
    this.file = file;
  }

  /** How many bytes are there. */
  get sent() {
    let sum = 0;
    for (const bytes of this.#sent.values()) sum += bytes;
    return this.state === "done" ? this.file.size : sum;
  }

  get isOver() {
    return ["done", "failed", "cancelled"].includes(this.state);
  }

  async start() {
    this.#stop = new AbortController();
    this.#isCancelled = false;
    this.#sent.clear();
    this.note = "";
    this.#become("sending");
    try {
      const photo = await this.#run();
      this.#become("done");
      this.dispatchEvent(new CustomEvent("done", { detail: photo }));
    } catch (error) {
      this.note = this.#isCancelled ? "" : error.message;
      this.#become(this.#isCancelled ? "cancelled" : "failed");
      this.#forget();
    }
  }

  cancel() {
    this.#isCancelled = true;
    this.#stop.abort(new DOMException("cancelled", "AbortError"));
    if (this.state === "waiting") this.#become("cancelled");
  }

  async #run() {
    const { album, file } = this;
    const signal = this.#stop.signal;
    const said = { content_type: file.type, size: file.size };
    this.#begun = await this.#persist(() => album.begin(said, signal));
    const { photo, parts } = this.#begun;

    const small = thumbnail(file);
    small.then(({ blob }) => {
      if (blob) this.preview = blob;
      this.#changed();
    });
    const etags = parts
      ? await this.#sendParts(photo, parts)
      : await this.#send(photo, "original", said, file, 1).then(() => []);

    const { width, height, blob } = await small;
    if (blob) {
      const of = { content_type: blob.type, size: blob.size };
      await this.#send(photo, "thumbnail", of, blob, null);
    }
    const finished = {
      name: file.name,
      size: file.size,
      width,
      height,
      has_thumbnail: Boolean(blob),
      upload: parts?.upload,
      parts: etags,
    };
    return this.#persist(() => album.finish(photo, finished, signal));
  }

  /** Some parts at once, as the slots allow; a part that fails is sent again, and not the others. */
  async #sendParts(photo, { upload, bytes }) {
    const { file } = this;
    const count = Math.ceil(file.size / bytes);
    const sending = Array.from({ length: count }, async (_, index) => {
      const [number, start] = [index + 1, index * bytes];
      const part = file.slice(start, Math.min(start + bytes, file.size));
      const of = { upload, size: part.size };
      return { number, etag: await this.#send(photo, `parts/${number}`, of, part, number) };
    });
    try {
      return await Promise.all(sending);
    } catch (error) {
      this.#stop.abort(error); // the others too
      await Promise.allSettled(sending);
      throw error;
    }
  }

  /** Each try with a link of its own. */
  #send(photo, what, of, blob, number) {
    const signal = this.#stop.signal;
    const onProgress = (bytes) => {
      if (number === null) return;
      this.#sent.set(number, bytes);
      this.#changed();
    };
    return slots.take(() =>
      this.#persist(async () => {
        signal.throwIfAborted();
        const link = await this.album.link(photo, what, of, signal);
        return send(link, blob, { signal, onProgress });
      }, () => onProgress(0)),
    );
  }

  #persist(task, onFailure) {
    let note = null;
    const onRetry = (number, error) => {
      onFailure?.();
      note = `${error.message}, trying again (${number})`;
      this.note = note;
      this.retries += 1;
      this.#changed();
    };
    const tried = async () => {
      const result = await task();
      if (this.note === note) this.note = "";
      return result;
    };
    return persistently(tried, { signal: this.#stop.signal, onRetry });
  }

  /** What was uploaded of it is no use to anybody. */
  #forget() {
    if (!this.#begun) return;
    const { photo, parts } = this.#begun;
    this.#begun = null;
    this.album.abandon(photo, parts?.upload).catch(() => {}); // R2 forgets the parts after a day
  }

  #become(state) {
    this.state = state;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
