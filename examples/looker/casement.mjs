// What the application's backend asks of Casement's Looker API: an embed secret to sign with, and
// cookieless sessions. Any HTTP client does; the vendor's SDKs do the same calls.

export class Casement {
  #base;
  #client;
  #token = { value: '', until: 0 };

  constructor(base, client) {
    this.#base = base;
    this.#client = client;
  }

  async #login() {
    if (this.#token.until > Date.now()) return this.#token.value;
    const answer = await fetch(`${this.#base}/api/4.0/login`, {
      method: 'POST',
      body: new URLSearchParams(this.#client),
    });
    if (!answer.ok) throw new Error(`Casement refused the API credentials (${answer.status}).`);
    const { access_token: value, expires_in: seconds } = await answer.json();
    this.#token = { value, until: Date.now() + (seconds - 60) * 1000 };
    return value;
  }

  /** `userAgent`: the browser's; a cookieless session belongs to it. */
  async #call(method, path, body, userAgent) {
    const answer = await fetch(`${this.#base}/api/4.0${path}`, {
      method,
      headers: {
        Authorization: `token ${await this.#login()}`,
        'Content-Type': 'application/json',
        ...(userAgent !== undefined && { 'User-Agent': userAgent }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** A new secret for signed links; it is shown this once. */
  createSecret() {
    return this.#call('POST', '/embed_config/secrets', { algorithm: 'hmac/sha-256' });
  }

  deleteSecret(id) {
    return this.#call('DELETE', `/embed_config/secrets/${id}`);
  }

  acquire(user, embedDomain, reference, userAgent) {
    const body = { ...user, embed_domain: embedDomain, session_reference_token: reference };
    return this.#call('POST', '/embed/cookieless_session/acquire', body, userAgent);
  }

  generate(tokens, userAgent) {
    return this.#call('PUT', '/embed/cookieless_session/generate_tokens', tokens, userAgent);
  }
}
