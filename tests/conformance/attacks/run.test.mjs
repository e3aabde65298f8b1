// Attacks that products of this kind have fallen to, against a running server over HTTP. What the
// server is called and where its paths are stands in target.mjs; nothing else here knows.
//
//     node --test tests/conformance/attacks/run.test.mjs
//
// ATTACKS_OPENS and ATTACKS_FLOOD (100000 each) say how large the two large crowds are.
import "./credentials.mjs";
import "./revocation.mjs";
import "./reach.mjs";
import "./empty-scope.mjs";
import "./side-channels.mjs";
import "./injection.mjs";
import "./type-confusion.mjs";
import "./malformed-bodies.mjs";
import "./engine-doors.mjs";
import "./network-sources.mjs";
import "./allow-list.mjs";
import "./before-authentication.mjs";
import "./canonical-form.mjs";
import "./replay.mjs";
import "./clock-skew.mjs";
import "./one-browser.mjs";
import "./sinks.mjs";
import "./methods-and-hosts.mjs";
import "./other-sites.mjs";
import "./answer-headers.mjs";
import "./other-organizations.mjs";
