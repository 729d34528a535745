// Workers KV.

import { openValue, sealValue } from "./cipher";
import { BODY, CONTENT_TYPE, PREFIX } from "./bucket";

/** What is kept with an entry. */
interface Note {
  contentType: string;
  uploadedBy: string;
}

const TTL_SECONDS = 86_400;

export async function put(kv: KVNamespace, key: string): Promise<number> {
  const metadata: Note = { contentType: CONTENT_TYPE, uploadedBy: "system-client" };
  await kv.put(key, BODY, { expirationTtl: TTL_SECONDS, metadata });
  return BODY.length;
}

export async function get(kv: KVNamespace, key: string): Promise<number> {
  const { value, metadata } = await kv.getWithMetadata<Note>(key, "arrayBuffer");
  if (value === null || metadata === null) {
    throw new Error("not found");
  }
  return value.byteLength + described(metadata);
}

/** The same, encrypted, under a key of its own. */
export async function seal(kv: KVNamespace, key: string): Promise<number> {
  const metadata: Note = { contentType: CONTENT_TYPE, uploadedBy: "system-client" };
  const sealed = await sealValue(BODY);
  await kv.put(`sealed/${key}`, sealed, { expirationTtl: TTL_SECONDS, metadata });
  return sealed.length;
}

export async function open(kv: KVNamespace, key: string): Promise<number> {
  const { value } = await kv.getWithMetadata<Note>(`sealed/${key}`, "arrayBuffer");
  if (value === null) {
    throw new Error("not found");
  }
  return (await openValue(value)).byteLength;
}

export async function list(kv: KVNamespace): Promise<number> {
  const page = await kv.list<Note>({ prefix: PREFIX });
  let seen = 0;
  for (const { name, metadata } of page.keys) {
    seen += name.length + described(metadata);
  }
  return seen;
}

/** Content type and metadata. */
function described(note: Note): number {
  return note.contentType.length + note.uploadedBy.length;
}
