// The one table of everything that can be set.
#include "app/configuration.h"

namespace casement::app {
namespace {

using C = Configuration;
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kLongestLife = std::int64_t{100} * 366 * kDay;
constexpr std::int64_t kMega = std::int64_t{1024} * 1024;

// Lambdas decay to the plain function pointers that Key holds.
template <class Member>
constexpr auto text(Member member) {
    return static_cast<Key::Text>(member);
}
template <class Member>
constexpr auto flag(Member member) {
    return static_cast<Key::Flag>(member);
}
template <class Member>
constexpr auto number(Member member) {
    return static_cast<Key::Number>(member);
}
template <class Member>
constexpr auto list(Member member) {
    return static_cast<Key::List>(member);
}

std::vector<Key> make_keys() {
    std::vector<Key> keys;
    const auto add = [&](Key key) { keys.push_back(std::move(key)); };

    add({"server.listen", text([](C& c) -> auto& { return c.server.listen; }),
         "Address and port to serve on. Port 0 takes a free one."});
    add({"server.public_url", text([](C& c) -> auto& { return c.server.public_url; }),
         "Address that browsers use, when it is not the one above: https://dashboards.example.com. "
         "The URLs that APIs answer with begin with it."});
    add({"server.public_hosts", list([](C& c) -> auto& { return c.server.public_hosts; }),
         "Further hosts that browsers reach this server by (dash.example.com, or with a port). "
         "Login links are accepted for these and the one of public_url only; with neither, for "
         "whatever host the browser names."});
    add({"server.threads", number([](C& c) -> auto& { return c.server.threads; }),
         "Threads that serve requests; 0 is one per core.", 0, 1024});
    add({"server.tls_cert", text([](C& c) -> auto& { return c.server.tls_cert; }),
         "PEM file of the certificate and its chain. With tls_key it turns TLS on."});
    add({"server.tls_key", text([](C& c) -> auto& { return c.server.tls_key; }),
         "PEM file of the certificate's private key."});
    add({"server.trusted_proxies", list([](C& c) -> auto& { return c.server.trusted_proxies; }),
         "Addresses or CIDR blocks of proxies whose X-Forwarded-For, -Proto and -Host count."});
    add({"server.drain_seconds", number([](C& c) -> auto& { return c.server.drain_seconds; }),
         "How long open requests may take to end after SIGTERM.", 0, 3600});
    add({"server.limits.max_request_line",
         number([](C& c) -> auto& { return c.server.limits.max_request_line; }),
         "Bytes of the request line.", 256, kMega});
    add({"server.limits.max_headers",
         number([](C& c) -> auto& { return c.server.limits.max_headers; }),
         "Bytes of all header fields together.", 1024, kMega});
    add({"server.limits.max_body", number([](C& c) -> auto& { return c.server.limits.max_body; }),
         "Bytes of a request's body.", 1024, 256 * kMega});
    add({"server.limits.header_seconds",
         number([](C& c) -> auto& { return c.server.limits.header_seconds; }),
         "Time for a request's head to arrive.", 1, 600});
    add({"server.limits.body_seconds",
         number([](C& c) -> auto& { return c.server.limits.body_seconds; }),
         "Time for a request's body to arrive.", 1, 3600});
    add({"server.limits.idle_seconds",
         number([](C& c) -> auto& { return c.server.limits.idle_seconds; }),
         "How long a connection may wait between two requests.", 1, 3600});
    add({"server.limits.max_connections",
         number([](C& c) -> auto& { return c.server.limits.max_connections; }),
         "Open connections; more are closed at once.", 1, 1'000'000});

    add({"store.folder", text([](C& c) -> auto& { return c.store.folder; }),
         "The data folder: catalog.db, sessions.db and master.key. Made when missing, mode 0700."});
    add({"store.catalog", text([](C& c) -> auto& { return c.store.catalog; }),
         "sqlite is catalog.db in the data folder; sqlite:PATH another file; else a "
         "postgresql:// URL, best given in the environment because of its password."});
    add({"store.sessions", text([](C& c) -> auto& { return c.store.sessions; }),
         "sqlite is sessions.db in the data folder; sqlite:PATH another file. One server per "
         "file."});

    add({"security.master_key_file", text([](C& c) -> auto& { return c.security.master_key_file; }),
         "File with the key that secrets are sealed with (43 characters of base64url). Empty: "
         "master.key in the data folder, made on first start. Losing it loses every credential."});
    add({"security.allow_embedding", flag([](C& c) -> auto& { return c.security.allow_embedding; }),
         "false: no page of this server may stand in a frame, whatever a share allows "
         "(frame-ancestors 'none')."});
    add({"security.cookie_samesite",
         text([](C& c) -> auto& { return c.security.cookie_samesite; }),
         "SameSite of a viewer's session cookie. none works in frames of other sites (the cookie "
         "is "
         "partitioned then); with the others such a frame keeps a secret of its own instead.",
         0,
         0,
         {"lax", "strict", "none", "disabled"}});
    add({"security.cookie_secure", flag([](C& c) -> auto& { return c.security.cookie_secure; }),
         "The session cookie is set and sent over HTTPS only. false: over plain HTTP too, where "
         "anyone on the way can read it."});
    add({"security.disable_sanitize_html",
         flag([](C& c) -> auto& { return c.security.disable_sanitize_html; }),
         "Text panels are Markdown drawn without HTML. true: an iframe with an http or https "
         "address "
         "in one becomes a frame, which its author may point anywhere. Other HTML stays text."});

    add({"aliyun.api_key_share", flag([](C& c) -> auto& { return c.aliyun.api_key_share; }),
         "Whether sharable links open dashboards without signing in. See grafana.md."});
    add({"aliyun.api_key_share_version",
         text([](C& c) -> auto& { return c.aliyun.api_key_share_version; }),
         "Which versions of those links are taken: v1, v2 or v3, or several with commas between. "
         "v1 is a whole key in the address; prefer v3."});
    add({"aliyun.api_key_max_expire_seconds",
         number([](C& c) -> auto& { return c.aliyun.api_key_max_expire_seconds; }),
         "The longest session that a link may ask for.", 1, 30 * kDay});
    add({"aliyun.not_allow_request_uri",
         text([](C& c) -> auto& { return c.aliyun.not_allow_request_uri; }),
         "Paths of this server that answer as if they were not there, with | between them: "
         "/api/snapshots|/public-dashboards. What lies below them is closed too."});
    add({"aliyun.login_rate_limiter",
         number([](C& c) -> auto& { return c.aliyun.login_rate_limiter; }),
         "Wrong links a minute that may come from one address (a /64 in IPv6), or name one key, "
         "before wrong ones are no longer looked at.",
         1, 1000});
    add({"aliyun.login_forbidden_seconds",
         number([](C& c) -> auto& { return c.aliyun.login_forbidden_seconds; }),
         "For how long. A link whose signature holds is never shut out.", 1, kDay});

    add({"auth.api_key_max_seconds_to_live",
         number([](C& c) -> auto& { return c.auth.api_key_max_seconds_to_live; }),
         "Longest time that a new API key or service account token may live, in seconds. Keys must "
         "then say how long they live. -1: as long as they like.",
         -1, kLongestLife});
    add({"auth.delete_expired_keys_after_days",
         number([](C& c) -> auto& { return c.auth.delete_expired_keys_after_days; }),
         "API keys and service account tokens are deleted so many days after they expired. 0: they "
         "are kept.",
         0, 36'500});
    add({"auth.anonymous.enabled", flag([](C& c) -> auto& { return c.auth.anonymous.enabled; }),
         "Whether people without a key or link see the dashboards of one organization. They must "
         "come from allowed_addresses, and ask for server.public_url's host, localhost or an "
         "address."});
    add({"auth.anonymous.org_name", text([](C& c) -> auto& { return c.auth.anonymous.org_name; }),
         "That organization's name. Empty: the first one."});
    add({"auth.anonymous.org_role",
         text([](C& c) -> auto& { return c.auth.anonymous.org_role; }),
         "The role that they have for what they read; they change nothing.",
         0,
         0,
         {"Viewer", "Editor", "Admin"}});
    add({"auth.anonymous.allowed_addresses",
         list([](C& c) -> auto& { return c.auth.anonymous.allowed_addresses; }),
         "Addresses or CIDR blocks that they come from. Empty: nobody is admitted."});
    add({"auth.anonymous.hide_version",
         flag([](C& c) -> auto& { return c.auth.anonymous.hide_version; }),
         "GET /api/health does not say the version."});
    add({"auth.openid.issuer", text([](C& c) -> auto& { return c.auth.openid.issuer; }),
         "Provider of OpenID Connect through which people sign in to the console: its issuer, as "
         "it "
         "writes it itself. The address to register there as redirect URI is server.public_url "
         "with "
         "/api/casement/v1/sign-in/openid/callback behind it. Empty: passwords only."});
    add({"auth.openid.client_id", text([](C& c) -> auto& { return c.auth.openid.client_id; }),
         "What the provider calls this server."});
    add({"auth.openid.client_secret_file",
         text([](C& c) -> auto& { return c.auth.openid.client_secret_file; }),
         "File with the secret that goes with it. Empty: a public client, proven by PKCE alone."});
    add({"auth.openid.label", text([](C& c) -> auto& { return c.auth.openid.label; }),
         "What the button says after \"Sign in with\"."});
    add({"auth.openid.scopes", list([](C& c) -> auto& { return c.auth.openid.scopes; }),
         "What is asked for besides openid."});
    add({"auth.openid.org_name", text([](C& c) -> auto& { return c.auth.openid.org_name; }),
         "The organization they belong to. Empty: the first one."});
    add({"auth.openid.sign_up", flag([](C& c) -> auto& { return c.auth.openid.sign_up; }),
         "Whoever the provider signs in becomes a user. Else only who is one already."});
    add({"auth.openid.role",
         text([](C& c) -> auto& { return c.auth.openid.role; }),
         "The role of a new user, where role_claim says nothing.",
         0,
         0,
         {"Viewer", "Editor", "Admin"}});
    add({"auth.openid.role_claim", text([](C& c) -> auto& { return c.auth.openid.role_claim; }),
         "Claim of the ID token that says Admin, Editor or Viewer, or has it in its list; taken "
         "over at each sign-in. Empty: roles are given in the console."});
    add({"auth.openid.match_email", flag([](C& c) -> auto& { return c.auth.openid.match_email; }),
         "A verified e-mail address makes the user of that handle the same person. Only for a "
         "provider whose people cannot choose their addresses."});
    add({"service_accounts.token_expiration_day_limit",
         number([](C& c) -> auto& { return c.service_accounts.token_expiration_day_limit; }),
         "Days from today within which a new service account token must expire. 0: no such limit.",
         0, 36'500});
    add({"quota.org_user", number([](C& c) -> auto& { return c.quota.org_user; }),
         "Users that an organization may have; service accounts count as users, people of signed "
         "links do not. -1: any number.",
         -1, 1'000'000'000});

    add({"panels.enable_alpha", flag([](C& c) -> auto& { return c.panels.enable_alpha; }),
         "Taken, and changes nothing: no panel of this version is alpha."});

    add({"data.query_seconds", number([](C& c) -> auto& { return c.data.query_seconds; }),
         "Longest time for one query.", 1, 3600});
    add({"data.query_rows", number([](C& c) -> auto& { return c.data.query_rows; }),
         "Most rows of one result; what is beyond is cut, and the panel says so.", 1, 1'000'000});
    add({"data.cache_seconds", number([](C& c) -> auto& { return c.data.cache_seconds; }),
         "Age up to which a result is shown again without asking the source.", 0, kDay});
    add({"data.stale_seconds", number([](C& c) -> auto& { return c.data.stale_seconds; }),
         "How much older a result may be that is shown at once while a new one is fetched; 0: "
         "never.",
         0, kDay});
    add({"data.cache_megabytes", number([](C& c) -> auto& { return c.data.cache_megabytes; }),
         "Memory for such results, and half as much again for those that open pages have.", 0,
         kMega});
    add({"data.threads", number([](C& c) -> auto& { return c.data.threads; }),
         "Threads for queries, which come as they are needed; 0 is up to 64. How many of one "
         "source run "
         "at the same time, the source's max_concurrent says.",
         0, 1024});
    add({"data.allowed_folders", list([](C& c) -> auto& { return c.data.allowed_folders; }),
         "Folders whose files a source that comes through the API may read. Empty: none. The "
         "provisioning folder is the operator's own and is not bound by this."});

    add({"smtp.enabled", flag([](C& c) -> auto& { return c.smtp.enabled; }),
         "Whether this server sends mail: the links of shares that people are invited to. Needs "
         "server.public_url, which those links begin with."});
    add({"smtp.host", text([](C& c) -> auto& { return c.smtp.host; }),
         "Host and port of the mail server. Port 465 is TLS from the start."});
    add({"smtp.user", text([](C& c) -> auto& { return c.smtp.user; }),
         "Name to sign in to it with. Empty: it asks for none."});
    add({"smtp.password", text([](C& c) -> auto& { return c.smtp.password; }),
         "Password of that name, best given in the environment (CASEMENT_SMTP_PASSWORD)."});
    add({"smtp.from_address", text([](C& c) -> auto& { return c.smtp.from_address; }),
         "Address that mails come from."});
    add({"smtp.from_name", text([](C& c) -> auto& { return c.smtp.from_name; }),
         "Name that stands before it."});
    add({"smtp.ehlo_identity", text([](C& c) -> auto& { return c.smtp.ehlo_identity; }),
         "Name that this server greets with. Empty: the machine's own."});
    add({"smtp.starttls_policy",
         text([](C& c) -> auto& { return c.smtp.starttls_policy; }),
         "Opportunistic takes TLS where the mail server offers it, Mandatory sends nothing without "
         "it. A user and password are only ever sent over TLS, or to this machine itself.",
         0,
         0,
         {"OpportunisticStartTLS", "MandatoryStartTLS", "NoStartTLS"}});
    add({"smtp.skip_verify", flag([](C& c) -> auto& { return c.smtp.skip_verify; }),
         "true: the mail server's certificate is not checked. Prefer ca_file."});
    add({"smtp.ca_file", text([](C& c) -> auto& { return c.smtp.ca_file; }),
         "PEM file of the authorities that may have signed it. Empty: the system's."});

    add({"log.level",
         text([](C& c) -> auto& { return c.log.level; }),
         "What is less important is not written.",
         0,
         0,
         {"debug", "info", "warning", "error"}});
    add({"log.access", flag([](C& c) -> auto& { return c.log.access; }),
         "One line for each request."});

    add({"metrics.allow_from", list([](C& c) -> auto& { return c.metrics.allow_from; }),
         "Addresses or CIDR blocks that may read /metrics."});

    add({"provision.folder", text([](C& c) -> auto& { return c.provision.folder; }),
         "Folder with sources, dashboards and shares, applied at start. See provisioning.md."});
    return keys;
}

}  // namespace

std::span<const Key> configuration_keys() {
    static const std::vector<Key> keys = make_keys();
    return keys;
}

}  // namespace casement::app
