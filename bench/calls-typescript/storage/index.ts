// A storage Worker, written by hand: two verbs of two buckets, and no grants, declarations or codes of errors.

import { WorkerEntrypoint } from "cloudflare:workers";
import { withStub } from "../../calls/stub.js";

interface Env {
  OBJECTS: R2Bucket;
  STUB: R2Bucket;
}

/** What is sent with the message; the rest is streamed. */
const INLINE_BYTES_MAX = 64 * 1024;

export default class Storage extends WorkerEntrypoint<Env> {
  async get(bucket: keyof Env, key: string) {
    const object = await (withStub(this.env) as Env)[bucket].get(key);
    if (object === null) {
      return null;
    }
    const { size, etag, uploaded, httpMetadata, customMetadata } = object;
    const isSmall = size <= INLINE_BYTES_MAX;
    const body = isSmall ? new Uint8Array(await object.arrayBuffer()) : object.body;
    return { key, size, etag, uploaded, httpMetadata, customMetadata, body };
  }

  async put(bucket: keyof Env, key: string, body: ReadableStream, options: R2PutOptions) {
    const object = await (withStub(this.env) as Env)[bucket].put(key, body, options);
    return { key, size: object.size, etag: object.etag, uploaded: object.uploaded };
  }
}
