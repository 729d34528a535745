// Bindings that do nothing: they have the methods of R2 and KV, answer at once with the same object
// every time, and store nothing. A loop over them costs what the code around the calls costs.

const BODY = new Uint8Array(1024).fill(0x78);
const CONTENT_TYPE = "text/plain";
const METADATA = { uploadedBy: "system-client" };
const NAMES = Array.from({ length: 10 }, (_, number) => `small/x/${number}`);

class R2Bucket {
  // The `worker` crate tells a bucket by the name of its class, which a bundler may shorten.
  static name = "R2Bucket";
  put(_key, _value, _options) {
    return Promise.resolve(OBJECT);
  }
  get(_key, _options) {
    return Promise.resolve(OBJECT_WITH_BODY);
  }
  head(_key) {
    return Promise.resolve(OBJECT);
  }
  list(_options) {
    return Promise.resolve(OBJECTS);
  }
  createMultipartUpload() {
    return Promise.reject(new Error("the stub has no multipart uploads"));
  }
}

class R2Object {
  version = "0".repeat(32);
  size = BODY.length;
  etag = "0".repeat(32);
  httpEtag = `"${this.etag}"`;
  uploaded = new Date(1_793_491_200_000);
  httpMetadata = { contentType: CONTENT_TYPE };
  customMetadata = METADATA;
  checksums = { md5: new ArrayBuffer(16) };
  range = undefined;
  storageClass = "Standard";
  constructor(key) {
    this.key = key;
  }
}

class R2ObjectBody extends R2Object {
  body = new ReadableStream(); // nobody reads it
  bodyUsed = false;
  arrayBuffer() {
    return Promise.resolve(BODY.buffer);
  }
}

class KvNamespace {
  put(_key, _value, _options) {
    return Promise.resolve();
  }
  get(_key, _options) {
    return Promise.resolve(BODY.buffer);
  }
  getWithMetadata(_key, _options) {
    return Promise.resolve(ENTRY);
  }
  list(_options) {
    return Promise.resolve(ENTRIES);
  }
  delete(_key) {
    return Promise.resolve();
  }
}

const OBJECT = new R2Object(NAMES[0]);
const OBJECT_WITH_BODY = new R2ObjectBody(NAMES[0]);
const OBJECTS = {
  objects: NAMES.map((name) => new R2Object(name)),
  truncated: false,
  delimitedPrefixes: [],
};

// What each Worker finds is what it would have written itself: both forms at once.
const NOTE = {
  contentType: CONTENT_TYPE,
  ...METADATA,
  "~s": [1, BODY.length, "0".repeat(32), 1_793_491_200_000, CONTENT_TYPE],
  m: METADATA,
};
const ENTRY = { value: BODY.buffer, metadata: NOTE, cacheStatus: null };
const ENTRIES = {
  keys: NAMES.map((name) => ({ name, expiration: 1_893_456_000, metadata: NOTE })),
  list_complete: true,
  cacheStatus: null,
};

const ENV = { OBJECTS: new R2Bucket(), ENTRIES: new KvNamespace() };

export function stub_env() {
  return ENV;
}
