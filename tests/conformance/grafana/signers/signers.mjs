// The signers, one for each language, written from the guide.
//
//     import { signers } from './signers.mjs';
//     const url = signers.find(({ name }) => name === 'python').sign(description);
//
// `description` is {version: 2 | 3, url, key, name, org, session, lock, bound}; the last two for
// version 3. Without `now` and `nonce` in it, a new link is made.
import { asLines, signersBeside } from '../../../support/signers.mjs';

export const signers = signersBeside(
  import.meta.url,
  ['python', 'javascript', 'ruby', 'go', 'java'],
  (description) => asLines(Object.entries(description)),
);
