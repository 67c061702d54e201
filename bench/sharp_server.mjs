// The least that serves renditions with sharp: `node sharp_server.mjs FOLDER MODULES`. Prints its port once it listens.
// "/w_300,f_jpeg,q_80/12mp/7.jpg", as ipx has it. Without a cache, checks, logs or errors.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const [folder, modules] = process.argv.slice(2);
const sharp = createRequire(`${modules}/`)("sharp");

const server = createServer(async (request, response) => {
  const [, width, format, quality, path] = /^\/w_(\d+),f_(jpeg|webp),q_(\d+)\/([\w./]+)$/.exec(request.url);
  const scaled = sharp(await readFile(`${folder}/${path}`)).resize(Number(width));
  const body = await scaled[format]({ quality: Number(quality) }).toBuffer();
  response.writeHead(200, { "Content-Type": `image/${format}`, "Content-Length": body.length });
  response.end(body);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
