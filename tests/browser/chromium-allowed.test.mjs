import { startChromium } from './support/browsers.mjs';
import { engineTests } from './support/engine.mjs';

engineTests('Chromium, third-party cookies allowed', lab => startChromium({ pin: lab.pin, policy: 'allowed' }),
  { storageAccess: 'active' });
