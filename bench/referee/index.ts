// The way to the Workers of the benchmark, the same for each: `/{worker}/...` goes to that Worker
// through a service binding. Large bodies are made and swallowed here, so that none of them crosses
// the network: `/{worker}/upload/{bytes}` and `/{worker}/download`, or `/{worker}/download/{path}` from
// another path than that. The answer to a download is its length. `headers/{path}` is answered with the
// headers that the answer to a download has. `seal/{bytes}` is an upload whose answer is the encrypted body, `store/{bytes}` one that is
// stored encrypted, `small/{bytes}` one to another path, and `open` a download of that; the answers are numbers that depend on the bytes.

const CHUNK = new Uint8Array(1024 * 1024).fill(0x78);

export default {
  async fetch(request: Request, env: Record<string, Fetcher>): Promise<Response> {
    const [, name, ...rest] = new URL(request.url).pathname.split("/");
    const worker = env[name];
    if (worker === undefined) {
      return new Response("no such Worker", { status: 404 });
    }
    const [operation, bytes] = rest;
    switch (operation) {
      case "upload":
        return upload(worker, Number(bytes));
      case "download":
        return download(worker, rest.slice(1).join("/") || "download");
      case "headers":
        return headers(worker, rest.slice(1).join("/"));
      case "open":
        return looked(await worker.fetch("http://bench/open"));
      case "seal":
        return seal(worker, Number(bytes));
      case "small":
        return upload(worker, Number(bytes), "small");
      case "store":
        return upload(worker, Number(bytes), "store");
      default:
        return worker.fetch(`http://bench/${rest.join("/")}`, { method: "POST" });
    }
  },
};

async function upload(worker: Fetcher, bytes: number, path = "upload"): Promise<Response> {
  // A stream of known length: what the body of a request with `content-length` is.
  const { readable, writable } = new FixedLengthStream(bytes);
  const written = write(writable, bytes);
  const response = await worker.fetch(`http://bench/${path}`, { method: "PUT", body: readable });
  await written;
  return response;
}

async function write(writable: WritableStream<Uint8Array>, bytes: number): Promise<void> {
  const writer = writable.getWriter();
  for (let left = bytes; left > 0; left -= CHUNK.length) {
    await writer.write(CHUNK.subarray(0, Math.min(left, CHUNK.length)));
  }
  await writer.close();
}

async function seal(worker: Fetcher, bytes: number): Promise<Response> {
  const { readable, writable } = new FixedLengthStream(bytes);
  const written = write(writable, bytes);
  const response = await worker.fetch("http://bench/seal", { method: "PUT", body: readable });
  const answer = await looked(response);
  await written;
  return answer;
}

/** A body that is read at full speed. The answer is a number that other bytes would not give. */
async function looked(response: Response): Promise<Response> {
  const reader = response.body!.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(CHUNK.length);
  let seen = 0;
  for (;;) {
    const { value } = await reader.readAtLeast(CHUNK.length, new Uint8Array(buffer));
    if (value === undefined || value.length === 0) {
      return new Response(String(seen), { status: response.status });
    }
    // A look here and there: all of them would take as long as encrypting them.
    for (let at = 0; at < value.length; at += 10_007) {
      seen = (seen * 31 + value[at]) % 2 ** 40;
    }
    seen += value.length;
    buffer = value.buffer as ArrayBuffer;
  }
}

async function download(worker: Fetcher, path: string): Promise<Response> {
  const response = await worker.fetch(`http://bench/${path}`);
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
  }
  return new Response(String(bytes), { status: response.status });
}

async function headers(worker: Fetcher, path: string): Promise<Response> {
  const response = await worker.fetch(`http://bench/${path}`);
  await response.body?.cancel();
  return Response.json([...response.headers], { status: response.status });
}
