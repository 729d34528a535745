// R2.

export const PREFIX = "small/t/";
export const BODY = new Uint8Array(1024).fill(0x78);
export const CONTENT_TYPE = "text/plain";
const LARGE = "large/t";

export async function put(bucket: R2Bucket, key: string): Promise<number> {
  const written = await bucket.put(key, BODY, {
    httpMetadata: { contentType: CONTENT_TYPE },
    customMetadata: { uploadedBy: "system-client" },
  });
  return written.size + written.etag.length;
}

export async function get(bucket: R2Bucket, key: string): Promise<number> {
  const found = await bucket.get(key);
  if (found === null) {
    throw new Error("not found");
  }
  const body = await found.arrayBuffer();
  return body.byteLength + described(found);
}

export async function head(bucket: R2Bucket, key: string): Promise<number> {
  const found = await bucket.head(key);
  if (found === null) {
    throw new Error("not found");
  }
  return found.size + described(found);
}

export async function list(bucket: R2Bucket): Promise<number> {
  const page = await bucket.list({ prefix: PREFIX, include: ["httpMetadata", "customMetadata"] });
  let seen = 0;
  for (const object of page.objects) {
    seen += object.key.length + object.size + described(object);
  }
  return seen;
}

/** The body of a request as an object, without a look at it. */
export async function upload(bucket: R2Bucket, request: Request): Promise<Response> {
  const written = await bucket.put(LARGE, request.body);
  return new Response(String(written.size));
}

/** An object as the body of a response, without a look at it. */
export async function download(bucket: R2Bucket): Promise<Response> {
  const found = await bucket.get(LARGE);
  return found === null ? new Response("not found", { status: 404 }) : new Response(found.body);
}

/** Content type and metadata. */
function described(object: R2Object): number {
  const contentType = object.httpMetadata?.contentType ?? "";
  return contentType.length + (object.customMetadata?.uploadedBy ?? "").length;
}
