// sharp as it is shipped, one operation after another: `node sharp_engine.mjs MODULES`. See engine.py for what it is told.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const sharp = createRequire(`${process.argv[2]}/`)("sharp");
sharp.concurrency(1);
sharp.cache(false);

const files = new Map();
const read = (path) => {
  if (!files.has(path)) files.set(path, readFileSync(path));
  return files.get(path);
};

const make = (file, width, format) => {
  const scaled = sharp(file).resize(width);
  return (format === "jpg" ? scaled.jpeg({ quality: 80 }) : scaled.webp({ quality: 80 })).toBuffer();
};

for await (const line of createInterface({ input: process.stdin })) {
  const [path, width, format, count, out] = line.split("\t");
  const file = read(path);
  const times = [];
  let body;
  for (let i = 0; i < Number(count); ++i) {
    const begun = process.hrtime.bigint();
    body = await make(file, Number(width), format);
    times.push(Number(process.hrtime.bigint() - begun));
  }
  if (out !== "-") writeFileSync(out, body);
  console.log([...times].join(" "));
}
