// Signs the same request in a row, by the AWS SDK or by the module. The clock of a Worker stands
// still while it computes: it is timed from outside.

import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import module from "./bench_signing.wasm";

const NOW = 1795000000;
const { exports: wasm } = new WebAssembly.Instance(module, {});
const client = new S3Client({
  endpoint: "https://9d4b5a7c0e1f42d38a6b7c8d9e0f1a2b.r2.cloudflarestorage.com",
  region: "auto",
  credentials: {
    accessKeyId: "0123456789abcdef0123456789abcdef",
    secretAccessKey: "fedcba9876543210fedcba9876543210",
  },
  forcePathStyle: true,
  requestChecksumCalculation: "WHEN_REQUIRED",
});
const command = new PutObjectCommand({
  Bucket: "user-assets",
  Key: "avatars/2026/11/ada lovelace.png",
  ContentType: "image/png",
});

async function sdk(times) {
  let url = "";
  for (let call = 0; call < times; call++) {
    url = await getSignedUrl(client, command, {
      expiresIn: 600,
      signingDate: new Date((NOW + call) * 1000),
      signableHeaders: new Set(["content-type"]),
    });
  }
  return url;
}

function library(times) {
  const length = wasm.sign(times, NOW);
  return new TextDecoder().decode(new Uint8Array(wasm.memory.buffer, wasm.url(), length));
}

export default {
  async fetch(request) {
    const [, signer, times] = new URL(request.url).pathname.split("/");
    return new Response(await (signer === "sdk" ? sdk : library)(Number(times)));
  },
};
