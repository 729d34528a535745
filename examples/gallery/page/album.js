// Albums: the secrets that this browser has, and what can be asked with one.

const STORED = "albums";

/** An answer that is an error. */
export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export class Album {
  constructor({ name, kind, secret }) {
    this.name = name;
    this.kind = kind; // "open" or "private"
    this.secret = secret;
  }

  static make(name, kind) {
    const secret = crypto.getRandomValues(new Uint8Array(32));
    const text = btoa(String.fromCharCode(...secret));
    const base64url = text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    return new Album({ name, kind, secret: base64url });
  }

  list(cursor) {
    return this.#ask("GET", cursor ? `photos?cursor=${encodeURIComponent(cursor)}` : "photos");
  }

  read(photo) {
    return this.#ask("GET", `photos/${photo}`);
  }

  share(photo) {
    return this.#ask("POST", `photos/${photo}/share`);
  }

  delete(photo) {
    return this.#ask("DELETE", `photos/${photo}`);
  }

  begin(file, signal) {
    return this.#ask("POST", "uploads", file, signal);
  }

  /** A link for a request of an upload: "original", "thumbnail" or "parts/1". */
  link(photo, what, of, signal) {
    return this.#ask("POST", `uploads/${photo}/${what}`, of, signal);
  }

  finish(photo, finished, signal) {
    return this.#ask("PUT", `uploads/${photo}`, finished, signal);
  }

  abandon(photo, upload) {
    const query = upload ? `?upload=${encodeURIComponent(upload)}` : "";
    return this.#ask("DELETE", `uploads/${photo}${query}`);
  }

  async #ask(method, path, body, signal) {
    const headers = { authorization: `Bearer ${this.secret}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    const answer = await fetch(`/api/${this.kind}/${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
    if (answer.status === 204) return null;
    if (answer.ok) return answer.json();
    const { error } = await answer.json().catch(() => ({}));
    throw new Refused(answer.status, error?.code, error?.message ?? `the server answered ${answer.status}`);
  }
}

/** The albums of this browser: at first an open one and a private one. */
export function stored() {
  let albums = [];
  try {
    albums = JSON.parse(localStorage.getItem(STORED)) ?? [];
  } catch {
    // Somebody else wrote something else.
  }
  if (albums.length > 0) return albums.map((album) => new Album(album));
  const made = [Album.make("Roll 1", "open"), Album.make("Private", "private")];
  store(made);
  return made;
}

export function store(albums) {
  localStorage.setItem(STORED, JSON.stringify(albums));
}

/** Where a link leads: one to the Worker to where this page is from, wherever that is. */
export function address(link) {
  return link.route === "worker" ? new URL(link.url).pathname : link.url;
}
