// HTTP as an attacker has it: any header, any bytes, any number of requests on one connection.
import http from "node:http";
import net from "node:net";

/** A client with its own connections: `call(method, path, {headers, body})`. */
export function httpClient(base) {
  const { hostname, port } = new URL(base);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  function call(method, path, { headers = {}, body } = {}) {
    return new Promise((resolve, reject) => {
      // Said outright: without it a DELETE's body would go out unframed.
      const length = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
      const all = { ...length, ...headers };
      const request = http.request(
        { hostname, port, method, path, agent, headers: all, setHost: !("Host" in headers) },
        (response) => {
          const chunks = [];
          response.on("data", (chunk) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () =>
            resolve({
              status: response.statusCode,
              headers: response.headers,
              rawHeaders: response.rawHeaders,
              text: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      request.on("error", (error) => {
        // A server may close a connection that it kept: the request was never looked at.
        if (error.code === "ECONNRESET" && request.reusedSocket) {
          call(method, path, { headers, body }).then(resolve, reject);
        } else {
          reject(error);
        }
      });
      request.end(body);
    });
  }
  return { call, close: () => agent.destroy() };
}

/** Sends these bytes and reads until the other end closes, or `ms` are over: {text, closed, ms}. */
export function exchange(port, bytes, { ms = 10_000, pieces } = {}) {
  return new Promise((resolve) => {
    const started = performance.now();
    const chunks = [];
    const socket = net.connect(port, "127.0.0.1");
    let timer;
    let dripping;
    const done = (closed) => {
      clearTimeout(timer);
      clearInterval(dripping);
      socket.destroy();
      resolve({
        text: Buffer.concat(chunks).toString("latin1"),
        closed,
        ms: performance.now() - started,
      });
    };
    timer = setTimeout(() => done(false), ms);
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("end", () => done(true));
    socket.on("error", () => done(true));
    socket.on("connect", () => {
      socket.write(bytes);
      if (!pieces) return;
      let next = 0;
      dripping = setInterval(() => {
        if (!socket.writable) return;
        socket.write(pieces.bytes[next++ % pieces.bytes.length]);
      }, pieces.every);
    });
  });
}

/** The status of the first answer in `text`; 0 when there is none. */
export const statusIn = (text) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0);

/** A request's bytes. `headers` is a list of pairs, or an object. */
export function requestBytes(method, path, headers, body = "") {
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  const head = pairs.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const length = body === "" ? "" : `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\n${head}${length}\r\n${body}`;
}

// Answers as they arrive on one connection, with Content-Length or chunked.
class Answers {
  constructor(onAnswer) {
    this.onAnswer = onAnswer;
    this.rest = Buffer.alloc(0);
  }
  feed(chunk) {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let at = 0;
    for (;;) {
      const next = this.one(at);
      if (next < 0) break;
      at = next;
    }
    if (at > 0) this.rest = this.rest.subarray(at);
  }
  /** Reads one answer that starts at `at`; the place behind it, or -1 when it is not all there. */
  one(at) {
    const end = this.rest.indexOf("\r\n\r\n", at);
    if (end < 0) return -1;
    const head = this.rest.toString("latin1", at, end);
    const body = end + 4;
    const status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    if (length) {
      const stop = body + Number(length[1]);
      if (this.rest.length < stop) return -1;
      this.onAnswer({ status, head, body: this.rest.toString("utf8", body, stop) });
      return stop;
    }
    if (!/\r\ntransfer-encoding: *chunked/i.test(head)) {
      this.onAnswer({ status, head, body: "" });
      return body;
    }
    const parts = [];
    for (let place = body; ;) {
      const line = this.rest.indexOf("\r\n", place);
      if (line < 0) return -1;
      const size = parseInt(this.rest.toString("latin1", place, line), 16);
      const stop = line + 2 + size + 2;
      if (this.rest.length < stop) return -1;
      if (size === 0) {
        this.onAnswer({ status, head, body: Buffer.concat(parts).toString() });
        return stop;
      }
      parts.push(this.rest.subarray(line + 2, line + 2 + size));
      place = stop;
    }
  }
}

/**
 * Sends `requests` (an iterator of texts, which other pipelines may share) on one connection, with
 * `depth` of them unanswered at most. Resolves with the number of answers when all are answered or
 * the connection ends; `onAnswer({status, head, body}, request)` sees each in order.
 */
export function pipeline(port, requests, { depth = 64, onAnswer = () => {} } = {}) {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    const waiting = [];
    let answered = 0;
    let over = false;
    const done = () => {
      socket.destroy();
      resolve(answered);
    };
    const send = () => {
      let bytes = "";
      while (!over && waiting.length < depth) {
        const next = requests.next();
        if (next.done) {
          over = true;
          break;
        }
        waiting.push(next.value);
        bytes += next.value;
      }
      if (bytes !== "") socket.write(bytes);
      if (over && waiting.length === 0) done();
    };
    const answers = new Answers((answer) => {
      ++answered;
      onAnswer(answer, waiting.shift());
    });
    socket.setNoDelay(true);
    socket.on("connect", send);
    socket.on("data", (chunk) => {
      answers.feed(chunk);
      if (waiting.length <= depth / 2) send();
    });
    socket.on("end", done);
    socket.on("error", done);
  });
}
