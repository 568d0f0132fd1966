// Everything works without this file; it only adds. Each part looks for its own markup.
import { tellWay } from "./way.js";
import { keepTimes } from "./times.js";
import { greet } from "./visitor.js";
import { offerPasskeys } from "./passkey.js";
import { watchUploads } from "./upload.js";

tellWay(document.querySelector("[data-way]"));
keepTimes(document);
greet(document);
watchUploads(document);
offerPasskeys(document);
