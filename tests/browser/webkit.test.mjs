import { startWebKit } from './support/browsers.mjs';
import { engineTests } from './support/engine.mjs';

engineTests('WebKitGTK', lab => startWebKit({ proxyPort: lab.host.proxyPort }));
