// Settings from the environment, and the shares from the file that DEMO_CONFIG names:
//
//     {"casement_url": "http://127.0.0.1:8080",
//      "shares": [{"airport": "ATL", "label": "Atlanta", "url": "…/sb/secure-embed/…", "credential": "…"}]}

import { readFileSync } from 'node:fs';

export class ConfigError extends Error {}

function text(value, where) {
  if (typeof value !== 'string' || value === '') throw new ConfigError(`${where} must be a text.`);
  return value;
}

function httpUrl(value, where) {
  let url;
  try {
    url = new URL(text(value, where));
  } catch {
    throw new ConfigError(`${where} must be a URL such as http://127.0.0.1:8080.`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ConfigError(`${where} must begin with http:// or https://.`);
  }
  if (url.search || url.hash) throw new ConfigError(`${where} must have no query and no fragment.`);
  return url;
}

export function parseConfig(document, path = 'the configuration') {
  const casementUrl = httpUrl(document?.casement_url, `${path}: casement_url`);
  if (!Array.isArray(document.shares) || document.shares.length === 0) {
    throw new ConfigError(`${path}: shares must be a list with at least one share.`);
  }
  const shares = document.shares.map((share, i) => {
    const where = `${path}: shares[${i}]`;
    return {
      airport: text(share?.airport, `${where}.airport`),
      label: text(share.label, `${where}.label`),
      url: httpUrl(share.url, `${where}.url`).href,
      credential: text(share.credential, `${where}.credential`),
    };
  });
  if (new Set(shares.map((share) => share.airport)).size !== shares.length) {
    throw new ConfigError(`${path}: each share needs an airport of its own.`);
  }
  return { casementUrl, shares };
}

export function readConfig(env = process.env) {
  const path = env.DEMO_CONFIG;
  if (!path) throw new ConfigError('Set DEMO_CONFIG to the path of the JSON file with the shares.');
  let document;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`${path} cannot be read as JSON: ${error.message}`);
  }
  const port = Number(env.PORT ?? '5000');
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new ConfigError('PORT must be a number from 1 to 65535.');
  }
  return { ...parseConfig(document, path), port, host: env.HOST || '127.0.0.1' };
}
