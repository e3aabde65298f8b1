// The vendor's own client against a running casement, in the order in which an integration uses it:
// dashboards, secure embeds, signed links, shares of the other types, and the end of each.
import { after, before } from 'node:test';

import { startCasement } from '../../support/casement.mjs';
import { dashboardsTests } from './dashboards.mjs';
import { embedsTests } from './embeds.mjs';
import { linksTests } from './links.mjs';
import { publicsTests } from './publics.mjs';
import { vendorClient } from './support.mjs';

const the = {};

before(async () => {
  the.server = await startCasement();
  the.keys = the.server.credentials.datadog;
  the.api = vendorClient(the.server.url, the.keys);
});
after(async () => {
  await the.server?.stop();
});

dashboardsTests(the);
embedsTests(the);
linksTests(the);
publicsTests(the);
