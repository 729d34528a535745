// Presigned URLs by the AWS SDK for JavaScript: JSON in, JSON out.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";

// The folder that has the packages is not that of this program.
const require = createRequire(join(argv[2], "here.js"));
const s3 = require("@aws-sdk/client-s3");
const { getSignedUrl } = require("@aws-sdk/s3-request-presigner");

const task = JSON.parse(readFileSync(0, "utf8"));
const client = new s3.S3Client({
  endpoint: task.endpoint,
  region: "auto",
  credentials: { accessKeyId: task.id, secretAccessKey: task.secret },
  forcePathStyle: true,
  requestChecksumCalculation: "WHEN_REQUIRED",
  responseChecksumValidation: "WHEN_REQUIRED",
});
const presigned = ({ command, parameters, expires }) =>
  getSignedUrl(client, new s3[command](parameters), {
    expiresIn: expires,
    signingDate: new Date(task.now * 1000),
    signableHeaders: new Set(["content-type"]),
  });
console.log(JSON.stringify(await Promise.all(task.cases.map(presigned))));
