// A browser as far as these tests need one: it keeps cookies by their paths, sends them back, and
// says where a request comes from. No library between, so that it can also say what no browser does.
import { request } from "node:http";

export const api = "/api/casement/v1";

let browsers = 0;

export class Browser {
  /** `address`: what the trusted proxy says; each browser has its own. */
  constructor(url, { address } = {}) {
    this.url = new URL(url);
    this.address = address ?? `10.0.${browsers >> 8}.${browsers++ & 255}`;
    this.cookies = new Map();
  }

  /** Another one with the same cookies: as a thief has it who copied them. */
  copy() {
    const other = new Browser(this.url, { address: this.address });
    for (const [name, cookie] of this.cookies)
      other.cookies.set(name, { ...cookie });
    return other;
  }

  cookieHeader(path) {
    return [...this.cookies]
      .filter(
        ([, cookie]) =>
          path === cookie.path || path.startsWith(`${cookie.path}/`),
      )
      .map(([name, cookie]) => `${name}=${cookie.value}`)
      .join("; ");
  }

  /** What the console's own page sends: {status, body, headers, text}. */
  call(method, path, body, headers = {}) {
    return this.send(method, `${api}${path}`, body, {
      "X-Casement": "1",
      "Sec-Fetch-Site": "same-origin",
      ...(method === "GET" ? {} : { Origin: this.url.origin }),
      ...headers,
    });
  }

  /** Any request, with the cookies that belong to its path. `null` leaves a header out. */
  send(method, path, body, headers = {}) {
    const text =
      body === undefined || typeof body === "string"
        ? body
        : JSON.stringify(body);
    const all = {
      "User-Agent": "test browser",
      Cookie: this.cookieHeader(path.split("?")[0]),
    };
    if (text !== undefined) all["Content-Type"] = "application/json";
    if (text !== undefined)
      all["Content-Length"] = String(Buffer.byteLength(text));
    all["X-Forwarded-For"] = this.address;
    Object.assign(all, headers);
    for (const [name, value] of Object.entries(all))
      if (value === null || value === "") delete all[name];
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: this.url.hostname,
          port: this.url.port,
          method,
          path,
          headers: all,
        },
        (answer) => {
          const parts = [];
          answer.on("data", (part) => parts.push(part));
          answer.on("error", reject);
          answer.on("end", () => {
            this.keep(answer.headers["set-cookie"] ?? []);
            resolve(read(answer, Buffer.concat(parts).toString()));
          });
        },
      );
      sent.setTimeout(240_000, () =>
        sent.destroy(new Error(`${method} ${path}: no answer`)),
      );
      sent.on("error", reject);
      sent.end(text);
    });
  }

  keep(lines) {
    for (const line of lines) {
      const [pair, ...attributes] = line.split(";").map((part) => part.trim());
      const [name, value] = [
        pair.slice(0, pair.indexOf("=")),
        pair.slice(pair.indexOf("=") + 1),
      ];
      const of = Object.fromEntries(attributes.map((one) => one.split("=")));
      if (of["Max-Age"] === "0") this.cookies.delete(name);
      else this.cookies.set(name, { value, path: of.Path ?? "/", attributes });
    }
  }
}

function read(answer, text) {
  let body = null;
  try {
    body = JSON.parse(text);
  } catch {
    // not JSON
  }
  return {
    status: answer.statusCode,
    headers: answer.headers,
    cookies: answer.headers["set-cookie"] ?? [],
    text,
    body,
    code: body?.error?.code,
  };
}
