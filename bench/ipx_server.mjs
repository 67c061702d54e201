// ipx on its own file storage: `node ipx_server.mjs FOLDER`. Prints its port once it listens.
// As shipped, but for one thing: ipx writes progressive JPEGs by default, the others do not, and it costs time.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, modules] = process.argv.slice(2);
const entry = createRequire(`${modules}/`).resolve("ipx").replace(/\.cjs$/, ".mjs");
const { createIPX, createIPXNodeServer, ipxFSStorage } = await import(pathToFileURL(entry));

const ipx = createIPX({ storage: ipxFSStorage({ dir: folder }), sharpOptions: { jpegProgressive: false } });
const server = createServer(createIPXNodeServer(ipx));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
