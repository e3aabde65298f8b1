// The cookies of one browser, kept and sent as RFC 6265 says: by name and path, longest path first.
export class CookieJar {
  #cookies = [];

  /** Takes in what an answer sets; returns the parsed cookies. */
  take(headers) {
    return (headers["set-cookie"] ?? []).map((line) => {
      const [pair, ...rest] = line.split(";").map((part) => part.trim());
      const at = pair.indexOf("=");
      const cookie = { name: pair.slice(0, at), value: pair.slice(at + 1), flags: {} };
      for (const part of rest) {
        const [name, value = true] = part.split("=");
        cookie.flags[name.toLowerCase()] = value;
      }
      cookie.path = cookie.flags.path ?? "/";
      this.#cookies = this.#cookies.filter(
        ({ name, path }) => name !== cookie.name || path !== cookie.path,
      );
      this.#cookies.push(cookie);
      return cookie;
    });
  }

  /** The Cookie header for a request of this path; undefined when there is none to send. */
  for(path) {
    const matches = this.#cookies
      .filter(
        (cookie) =>
          path === cookie.path ||
          path.startsWith(cookie.path.endsWith("/") ? cookie.path : `${cookie.path}/`),
      )
      .sort((a, b) => b.path.length - a.path.length);
    return matches.length === 0
      ? undefined
      : matches.map(({ name, value }) => `${name}=${value}`).join("; ");
  }

  get all() {
    return this.#cookies;
  }
}
