// Runs the cases, one after another, each with a visitor of its own.

import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { env, exit } from "node:process";

import { cases as ofGallery } from "./cases.mjs";
import { cases as ofOrigins, serve } from "./origins.mjs";
import { Visitor } from "./visitor.mjs";

const task = JSON.parse(env.TASK);
// The folder that has the packages is not that of this program.
const require = createRequire(join(task.packages, "here.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

mkdirSync(task.pictures, { recursive: true });
const pages = await serve();
const browser = await chromium.launch({
  executablePath: task.browser,
  args: [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    // The origins of tests are on this machine.
    `--host-resolver-rules=MAP *.example:80 127.0.0.1:${pages.address().port}`,
  ],
});
let failed = 0;
const wanted = Object.entries({ ...ofGallery, ...ofOrigins }).filter(
  ([name]) => task.names.length === 0 || task.names.some((part) => name.includes(part)),
);
for (const [name, run] of wanted) {
  const started = Date.now();
  const visitor = new Visitor({ browser, axe, task });
  try {
    await run(visitor);
    visitor.nothingWentWrong();
    console.log(`ok      ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${error.stack}`);
    await visitor.picture(`failed-${name.replaceAll(" ", "-")}`).catch(() => {});
  }
  await visitor.leave();
}
await browser.close();
pages.close();
console.log(`${wanted.length - failed} passed, ${failed} failed`);
exit(failed === 0 && wanted.length > 0 ? 0 : 1);
