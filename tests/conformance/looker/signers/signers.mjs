// The signers, one for each language, written from the vendor's description.
//
//     import { signers } from './signers.mjs';
//     const url = signers.find(({ name }) => name === 'python').sign(description);
//
// `description` is {base_url, target, secret, algorithm: 'sha-1' | 'sha-256', user: {…}}; `user`
// holds the link's parameters. Without a nonce and a time in it, a new link is made.
import { asLines, signersBeside } from '../../../support/signers.mjs';

const lines = ({ user, ...rest }) =>
  asLines([
    ...Object.entries(rest),
    ...Object.entries(user).map(([name, value]) => [name, JSON.stringify(value)]),
  ]);

export const signers = signersBeside(
  import.meta.url,
  ['python', 'javascript', 'ruby', 'go', 'php', 'java'],
  lines,
);
