// A Casement whose dashboards open through sharable links, and an application on another site that
// signs them with a key of its own.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { startLab } from './lab.mjs';

const SHARING = { CASEMENT_ALIYUN_API_KEY_SHARE: 'true', CASEMENT_ALIYUN_API_KEY_SHARE_VERSION: 'v1,v2,v3' };

const now = () => Math.floor(Date.now() / 1000);
const withParameters = (url, parameters) =>
  `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(parameters)}`;

/** What links are signed with, from a legacy key: base64 of {"k", "n", "id"}. */
function readKey(key) {
  const { k: secret, n: name, id: org } = JSON.parse(Buffer.from(key, 'base64').toString('utf8'));
  return { name, org, hash: pbkdf2Sync(secret, name, 10_000, 50, 'sha256').toString('hex') };
}

/** Options go to startLab. Beside its own, the lab has `v1`, `v2` and `v3`, which sign a path. */
export async function startGrafanaLab(options = {}) {
  const lab = await startLab({ env: SHARING, ...options });
  try {
    const answer = await lab.call('POST', '/api/auth/keys', {
      headers: { authorization: `Bearer ${lab.credentials.grafana.service_account_token}`,
        'content-type': 'application/json' },
      body: JSON.stringify({ name: 'wall displays', role: 'Viewer' }),
    });
    if (answer.status !== 200) throw new Error(`No key: ${answer.status} ${answer.text}`);
    const { key } = JSON.parse(answer.text);
    return Object.assign(lab, signers(lab.origin, key));
  } catch (error) {
    await lab.close();
    throw error;
  }
}

function signers(origin, key) {
  const { name, org, hash } = readKey(key);
  return {
    v1: target => withParameters(origin + target, { aliyun_api_key: key }),
    /** `age` and `session` in seconds. */
    v2(target, { age = 0, session = 3600 } = {}) {
      const timestamp = now() - age;
      return withParameters(origin + target, {
        aliyun_api_key_sign: createHash('md5').update(`${hash}_${timestamp}`).digest('hex'),
        aliyun_api_key_timestamp: timestamp, aliyun_api_key_name: name, aliyun_api_key_org_id: org,
        aliyun_api_key_expire_seconds: session });
    },
    /** Every variable in `lock` is one that `target` names, once. */
    v3(target, { lock = [], session = 3600 } = {}) {
      const expires = now() + 300;
      const nonce = randomBytes(16).toString('hex');
      const { pathname, searchParams } = new URL(target, origin);
      const lines = ['casement-grafana-v3', pathname, org, name, expires, session, nonce,
        ...(pathname.startsWith('/d-solo/') ? [`panel:${searchParams.get('panelId')}`] : []),
        ...[...lock].sort().map(variable => `lock:${variable}=${searchParams.get(`var-${variable}`)}`)];
      return withParameters(origin + target, {
        casement_key: name, casement_org: org, casement_expires: expires, casement_session: session,
        casement_lock: lock.join(','), casement_nonce: nonce,
        casement_signature: createHmac('sha256', hash).update(lines.join('\n')).digest('hex') });
    },
  };
}
