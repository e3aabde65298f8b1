// A provider of OpenID Connect that knows one person: just enough that a sign-in goes through it, so
// that what passes between the two can be looked for afterwards.
import { createSign, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";

export async function startProvider({ clientId, person, code }) {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...publicKey.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" };
  const seen = { tokens: [], requests: [] };
  let nonce;
  let issuer;
  const idToken = () => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: clientId, iat: now, exp: now + 60, nonce, ...person };
    const text = [{ alg: "RS256", kid: "one" }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    const signature = createSign("RSA-SHA256").update(text).sign(privateKey).toString("base64url");
    return `${text}.${signature}`;
  };
  const answers = {
    "/.well-known/openid-configuration": () => ({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["client_secret_basic"],
    }),
    "/keys": () => ({ keys: [key] }),
    "/token": () => {
      const token = idToken();
      seen.tokens.push(token);
      return { access_token: `access-${code}`, token_type: "Bearer", id_token: token };
    },
  };
  const http = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      seen.requests.push(
        `${request.url} ${request.headers.authorization} ${Buffer.concat(chunks)}`,
      );
      const make = answers[new URL(request.url, issuer).pathname];
      response.writeHead(make ? 200 : 404, { "Content-Type": "application/json" });
      response.end(JSON.stringify(make ? make() : {}));
    });
  });
  await new Promise((done) => http.listen(0, "127.0.0.1", done));
  issuer = `http://127.0.0.1:${http.address().port}`;
  return {
    issuer,
    seen,
    /** Where the browser that was sent to `url` is sent back to: path and query. */
    back(url) {
      const asked = new URL(url).searchParams;
      nonce = asked.get("nonce");
      const to = new URL(asked.get("redirect_uri"));
      to.searchParams.set("code", code);
      to.searchParams.set("state", asked.get("state"));
      if (asked.has("response_mode")) to.searchParams.set("iss", issuer);
      return to.pathname + to.search;
    },
    stop: () =>
      new Promise((done) => {
        http.closeAllConnections();
        http.close(done);
      }),
  };
}
