// Attacks that products of this kind have fallen to, tried on links, API and sessions of this
// dialect; each test's title begins with the number of its class.
import './attacks/identity.mjs';
import './attacks/scope.mjs';
import './attacks/input.mjs';
import './attacks/keys.mjs';
import './attacks/time.mjs';
import './attacks/leaks.mjs';
import './attacks/one-browser.mjs';
import './attacks/rows.mjs';
