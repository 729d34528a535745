// A Worker that is bound to a storage Worker and does not speak as the library does.

const OBJECTS = "1 bucket conformance-objects";

const message = (...asks) => JSON.stringify(asks.map((ask) => ({ on: OBJECTS, ask })));

// What a call comes to: the code of each answer, or what it threw.
async function told(call) {
  const late = new Promise((settle) => setTimeout(settle, 20_000, ["late", "nothing came back"]));
  const settled = call().then(
    ([head]) => JSON.parse(head).map((answer) => answer.error?.code ?? "ok"),
    (error) => ["thrown", String(error)],
  );
  return Promise.race([settled, late]);
}

const heads = () => ({
  nothing: undefined,
  null: null,
  number: 7,
  boolean: true,
  list: ["["],
  object: {},
  bytes: new Uint8Array([91, 93]),
  date: new Date(0),
  "a long length": { length: 200 * 1024 * 1024 },
  "a length and its letters": { length: 1000, charCodeAt: () => 91 },
  "no JSON": "[",
  "half a letter": "\ud800",
  nested: "[".repeat(1_000_000),
  "many calls": message(...Array(1001).fill({ head: "hostile/none" })),
});

const bodies = () => ({
  number: 7,
  text: "text",
  list: [1],
  object: {},
  "a reader": { getReader: () => ({ read: () => ({ done: true }) }) },
  function: () => 7,
  buffer: new ArrayBuffer(8),
  view: new DataView(new ArrayBuffer(8)),
  "wide numbers": new Uint16Array(4),
  date: new Date(0),
  headers: new Headers(),
  response: new Response("text"),
});

const put = message({ put: { key: "hostile/written" } });

const routes = {
  // Every message that is none, and how it is answered.
  async messages({ STORAGE }) {
    const found = {};
    for (const [name, head] of Object.entries(heads())) {
      found[`head: ${name}`] = await told(() => STORAGE.storageCall(head));
    }
    for (const [name, body] of Object.entries(bodies())) {
      found[`body: ${name}`] = await told(() => STORAGE.storageCall(put, body));
    }
    const [head] = await STORAGE.storageCall(message({ head: "hostile/written" }));
    return { found, written: JSON.parse(head)[0].ok };
  },

  // Memory that a caller says it needs, over and over.
  async memory({ STORAGE }) {
    const found = {};
    for (let number = 0; number < 50; number += 1) {
      const codes = await told(() => STORAGE.storageCall({ length: 100 * 1024 * 1024 }));
      found[codes[0]] = (found[codes[0]] ?? 0) + 1;
    }
    return found;
  },

  // What else the storage Worker does for whoever is bound to it.
  async names({ STORAGE }, names) {
    const found = {};
    for (const name of names) {
      try {
        const value = await STORAGE[name]("https://storage.example/");
        found[name] = value instanceof Response ? value.status : typeof value;
      } catch (error) {
        found[name] = String(error);
      }
    }
    return found;
  },

  // More than a message has room for.
  async amplified({ STORAGE }) {
    const length = 64 * 1024;
    await STORAGE.storageCall(message({ put: { key: "hostile/large" } }), new Uint8Array(length));
    const asks = Array(1000).fill({ get: { key: "hostile/large" } });
    const [head, ...parts] = await STORAGE.storageCall(message(...asks));
    const answered = JSON.parse(head).filter((answer) => answer.ok).length;
    let bytes = 0;
    for (const part of parts) {
      bytes += (await new Response(part).arrayBuffer()).byteLength;
    }
    return { answered, bytes };
  },

  // A body that does not end, while others are served.
  async endless({ STORAGE }) {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    const key = "hostile/endless";
    const call = told(() => STORAGE.storageCall(message({ put: { key } }), readable));
    await writer.write(new Uint8Array(100_000));
    const other = await told(() => STORAGE.storageCall(message({ head: key })));
    await writer.abort("enough").catch(() => {});
    const [ended] = await call;
    const after = await STORAGE.storageCall(message({ head: key }));
    return { other, ended: ended !== "ok" && ended !== "late", after: JSON.parse(after[0])[0].ok ?? null };
  },
};

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const route = routes[url.pathname.slice(1)];
    return Response.json(await route(env, url.searchParams.getAll("name")));
  },
};
