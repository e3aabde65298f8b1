import { startChromium } from './support/browsers.mjs';
import { engineTests } from './support/engine.mjs';

engineTests('Chromium, third-party cookies blocked', lab => startChromium({ pin: lab.pin, policy: 'blocked' }),
  { storageAccess: 'none' });
