// The way to the Workers of the benchmark, the same for each: `/{worker}/...` goes to that Worker
// through a service binding. Large bodies are made and swallowed here, so that none of them crosses
// the network: `/{worker}/upload/{bytes}` and `/{worker}/download`. The answer to a download is its
// length.

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
        return download(worker);
      default:
        return worker.fetch(`http://bench/${rest.join("/")}`, { method: "POST" });
    }
  },
};

async function upload(worker: Fetcher, bytes: number): Promise<Response> {
  // A stream of known length: what the body of a request with `content-length` is.
  const { readable, writable } = new FixedLengthStream(bytes);
  const written = write(writable, bytes);
  const response = await worker.fetch("http://bench/upload", { method: "PUT", body: readable });
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

async function download(worker: Fetcher): Promise<Response> {
  const response = await worker.fetch("http://bench/download");
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
  }
  return new Response(String(bytes), { status: response.status });
}
