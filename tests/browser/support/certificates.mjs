// A throw-away certificate authority and one leaf for every name the tests use.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const NAMES = ['host.test', 'sub.host.test', 'other.test', 'casement.test'];

/** Writes ca.pem, chain.pem and leaf.key into `folder`; answers their paths and the leaf's pin. */
export function makeCertificates(folder) {
  const at = name => join(folder, name);
  const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-days', '30', '-keyout', at('ca.key'), '-out', at('ca.pem'),
    '-subj', '/CN=Casement test authority',
    '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign');
  openssl('req', ...key, '-keyout', at('leaf.key'), '-out', at('leaf.csr'), '-subj', '/CN=casement.test');
  const names = [...NAMES.map(n => `DNS:${n}`), 'DNS:localhost', 'IP:127.0.0.1'].join(',');
  writeFileSync(at('leaf.cnf'), `subjectAltName=${names}\nbasicConstraints=CA:FALSE\n` +
    'keyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n');
  openssl('x509', '-req', '-in', at('leaf.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'),
    '-CAcreateserial', '-days', '30', '-extfile', at('leaf.cnf'), '-out', at('leaf.pem'));
  writeFileSync(at('chain.pem'), readFileSync(at('leaf.pem')) + readFileSync(at('ca.pem')));
  const pin = execFileSync('sh', ['-c',
    'openssl x509 -in "$1" -pubkey -noout | openssl pkey -pubin -outform der |' +
    ' openssl dgst -sha256 -binary | openssl base64', 'sh', at('leaf.pem')]).toString().trim();
  return { chain: at('chain.pem'), key: at('leaf.key'), pin };
}
