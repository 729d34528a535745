// A bucket that answers at once with the same small object every time: what is left of the time of a call is
// that of the call. It is given to the storage Workers of the benchmark, both of them.

const BODY = new Uint8Array(1024).fill(0x78);

class R2Object {
  key = "calls/small";
  version = "0".repeat(32);
  size = BODY.length;
  etag = "0".repeat(32);
  httpEtag = `"${this.etag}"`;
  uploaded = new Date(1_793_491_200_000);
  httpMetadata = { contentType: "text/plain" };
  customMetadata = {};
  checksums = { md5: new ArrayBuffer(16), toJSON: () => ({ md5: "0".repeat(32) }) };
  range = undefined;
  storageClass = "Standard";
}

class R2ObjectBody extends R2Object {
  bodyUsed = false;
  get body() {
    return new Response(BODY).body;
  }
  arrayBuffer() {
    return Promise.resolve(BODY.buffer);
  }
}

const OBJECT = new R2ObjectBody();

class R2Bucket {
  get(_key, _options) {
    return Promise.resolve(OBJECT);
  }
  createMultipartUpload() {
    return Promise.reject(new Error("the stub has no multipart uploads"));
  }
}

const STUB = new R2Bucket();

/** The environment of a Worker, and the stub in it. */
export function withStub(env) {
  return { ...env, STUB };
}
