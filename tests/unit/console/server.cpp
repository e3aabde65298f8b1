#include "server.h"

#include "access/people_services.h"
#include "access/sent_answers.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "store/secret_box.h"

namespace casement::console::test {
namespace {

class TextWriter final : public http::BodyWriter {
  public:
    TextWriter(std::string& out, std::shared_ptr<Cancellation> stop)
        : out_(out), stop_(std::move(stop)) {}
    asio::awaitable<bool> write(std::string_view chunk) override {
        if (stop_->cancelled()) co_return false;
        out_ += chunk;
        co_return true;
    }

  private:
    std::string& out_;
    std::shared_ptr<Cancellation> stop_;
};

asio::awaitable<Reply> handle(const http::Router& router, http::Request& request) {
    auto response = co_await router.handle(request);
    Reply reply;
    reply.status = response.status;
    reply.headers = response.headers;
    reply.body = response.body;
    reply.streamed = static_cast<bool>(response.stream);
    if (response.stream) {
        TextWriter writer(reply.body, request.cancellation);
        co_await response.stream(writer);
    }
    co_return reply;
}

const Operation* operation_at(http::Method method, std::string_view pattern) {
    for (const auto& operation : operations()) {
        if (operation.method == method && std::string(kApiRoot) + operation.path == pattern) {
            return &operation;
        }
    }
    return nullptr;
}

}  // namespace

struct ServerTest::Rooms {
    explicit Rooms(ServerTest& test)
        : box(store::SecretBox::create(Secret(test.random.bytes(32)), test.random).value()) {
        store::CatalogOptions options;
        options.database = "sqlite:" + (test.folder / "catalog.db");
        options.connections = 1;
        catalog = store::Catalog::open(options, box, test.clock).value();
        sessions =
            store::open_sqlite_session_store(test.folder / "sessions.db", test.clock).value();
        people.emplace(*catalog, test.audit, test.clock);
        sign_in.emplace(*catalog, test.audit, test.clock, Secret("limits"));
        accounts.emplace(*catalog, *sign_in, test.audit, test.random, test.clock,
                         Secret("guards cookies"));
        service = std::make_unique<access::SessionService>(
            *catalog, *sessions, documents, *people, test.audit, test.random, test.clock,
            Secret("a key of thirty-two bytes, fixed"));
        const access::CatalogParts parts{*catalog, test.audit, test.random, test.clock};
        dashboards.emplace(parts);
        shares.emplace(parts);
        models.emplace(parts);
        organizations.emplace(parts);
        keys.emplace(parts);
        embedding.emplace(parts);
        snapshots.emplace(parts);
        share_invitations.emplace(
            parts, *catalog, *sessions, nullptr,
            access::ShareInvitations::Settings{{}, Secret("signs invitations")});
        visits.emplace(*catalog, test.clock);
        views = std::make_unique<access::ViewService>(test.engine, test.clock);
        views->remember(sent);
        authors.emplace(*catalog, documents, *people);
        slots.emplace(*catalog, -1);
        people_services.emplace(parts, *service, *slots);
        authenticator = std::make_unique<access::Authenticator>(*catalog, test.clock);
        add_console_routes(router, Dependencies{.catalog = *catalog,
                                                .session_store = *sessions,
                                                .sessions = *service,
                                                .dashboards = *dashboards,
                                                .shares = *shares,
                                                .share_links = share_links,
                                                .share_invitations = *share_invitations,
                                                .visits = *visits,
                                                .snapshots = *snapshots,
                                                .documents = documents,
                                                .models = *models,
                                                .organizations = *organizations,
                                                .views = *views,
                                                .authors = *authors,
                                                .sign_in = *sign_in,
                                                .accounts = *accounts,
                                                .people = *people_services,
                                                .content = test.content,
                                                .pages = test.pages,
                                                .authenticator = *authenticator,
                                                .audit = test.audit,
                                                .random = test.random,
                                                .verifiers = {&test.verifier},
                                                .explainers = {},
                                                .registry = registry,
                                                .engine = test.engine,
                                                .clock = test.clock,
                                                .keys = {*keys, *embedding, urls},
                                                .public_url = "https://" + std::string(kHost),
                                                .certificate_key = Secret("signs certificates")});
    }

    store::SecretBox box;
    std::unique_ptr<store::Catalog> catalog;
    std::unique_ptr<store::SessionStore> sessions;
    access::DocumentCache documents;
    std::optional<access::EmbedUsers> people;
    std::optional<access::SignIn> sign_in;
    std::optional<access::ConsoleAccounts> accounts;
    std::unique_ptr<access::SessionService> service;
    std::optional<access::DashboardService> dashboards;
    std::optional<access::ShareService> shares;
    std::optional<access::SnapshotService> snapshots;
    std::optional<access::ShareInvitations> share_invitations;
    std::optional<access::ShareVisits> visits;
    std::optional<access::ModelService> models;
    std::optional<access::OrganizationService> organizations;
    std::optional<access::KeyService> keys;
    std::optional<access::EmbedAdmin> embedding;
    TestEmbedUrls urls;
    TestShareLinks share_links;
    access::SentAnswers sent{Secret("names answers, thirty-two bytes."), std::size_t{8} << 20U};
    std::unique_ptr<access::ViewService> views;
    std::optional<access::AuthorViews> authors;
    std::optional<access::UserSlots> slots;
    std::optional<access::PeopleServices> people_services;
    std::unique_ptr<access::Authenticator> authenticator;
    prometheus::Registry registry;
    http::Router router;
};

json::object Reply::json() const {
    auto value = parse_json(body);
    return value && value->is_object() ? value->get_object() : json::object{};
}

std::string Reply::code() const {
    const auto object = json();
    const auto* error = object.if_contains("error");
    if (error == nullptr || !error->is_object()) return "";
    return text_at(error->get_object(), "code").value_or("");
}

std::vector<json::object> Reply::lines() const {
    std::vector<json::object> all;
    std::string_view rest = body;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        all.push_back(parse_json(rest.substr(0, end)).value().as_object());
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return all;
}

json::object document(std::string_view uid, std::vector<std::string> queries) {
    json::array panels;
    int id = 0;
    for (const auto& query : queries) {
        ++id;
        panels.push_back(json::object{
            {"id", id},
            {"type", "table"},
            {"title", "Panel"},
            {"grid", {{"x", 0}, {"y", id * 8}, {"w", 12}, {"h", 8}}},
            {"queries",
             json::array{json::object{{"name", "A"},
                                      {"source", "flights"},
                                      {"sql", query + " $airport -- " + std::string(kCanary)}}}}});
    }
    return {{"uid", uid},
            {"title", "Flights"},
            {"time", {{"span", "1d"}}},
            {"variables",
             json::array{json::object{
                 {"name", "airport"},
                 {"type", "list"},
                 {"choices", json::array{json::object{{"value", "ATL"}, {"label", "Atlanta"}},
                                         json::object{{"value", "ORD"}, {"label", "Chicago"}}}},
                 {"default", json::array{"ATL"}}}}},
            {"panels", std::move(panels)}};
}

ServerTest::ServerTest()
    : mine(to_base64url(std::string(32, 'm'))), theirs(to_base64url(std::string(32, 't'))) {
    rooms = std::make_unique<Rooms>(*this);
    admin_token = access::create_credentials(*rooms->catalog, random, 1, "Admin")
                      .value()
                      .service_token.reveal();
    viewer_token = access::create_credentials(*rooms->catalog, random, 1, "Viewer")
                       .value()
                       .service_token.reveal();
    store::OrgId other = 0;
    const std::function<Result<bool>(store::Transaction&)> second =
        [&](store::Transaction& tx) -> Result<bool> {
        store::Organization organization;
        organization.name = "Strangers";
        if (auto inserted = tx.insert(organization); !inserted) return inserted.error();
        other = organization.id;
        return true;
    };
    rooms->catalog->write_now<bool>(second).value();
    stranger_token = access::create_credentials(*rooms->catalog, random, other, "Admin")
                         .value()
                         .service_token.reveal();
}

ServerTest::~ServerTest() = default;

store::Catalog& ServerTest::catalog() {
    return *rooms->catalog;
}
store::SessionStore& ServerTest::sessions() {
    return *rooms->sessions;
}
access::SessionService& ServerTest::service() {
    return *rooms->service;
}
access::ConsoleAccounts& ServerTest::accounts() {
    return *rooms->accounts;
}
http::Router& ServerTest::router() {
    return rooms->router;
}
prometheus::Registry& ServerTest::registry() {
    return rooms->registry;
}

Reply ServerTest::call(Ask ask) {
    http::Request request;
    request.method = ask.method;
    request.target = std::move(ask.target);
    for (auto& [name, value] : ask.headers)
        request.headers.add(name, value);
    if (ask.body) request.body = std::move(*ask.body);
    request.client = asio::ip::make_address(ask.client);
    request.secure = ask.secure;
    request.host = kHost;
    request.id = "test";
    request.cancellation = std::make_shared<Cancellation>();
    return run(handle(rooms->router, request));
}

Reply ServerTest::api(http::Method method, std::string_view path, std::optional<json::value> body,
                      std::string_view token) {
    Ask ask;
    ask.method = method;
    ask.target = std::string(kApiRoot) + std::string(path);
    ask.headers.emplace_back("Authorization",
                             "Bearer " + (token.empty() ? admin_token : std::string(token)));
    if (body) {
        ask.body = json::serialize(*body);
        ask.headers.emplace_back("Content-Type", "application/json");
    }
    const auto pattern = rooms->router.pattern_of(
        method, std::string_view(ask.target).substr(0, ask.target.find('?')));
    const auto reply = call(std::move(ask));
    const auto* operation = operation_at(method, pattern);
    EXPECT_NE(operation, nullptr) << path;
    if (operation != nullptr && reply.status < 300) {
        bool declared = false;
        for (const auto& answer : operation->answers) {
            if (answer.status != reply.status) continue;
            declared = true;
            if (!answer.shape) continue;
            const auto wrong = check(parse_json(reply.body).value(), *answer.shape);
            EXPECT_FALSE(wrong) << operation->id << ": " << wrong->message;
        }
        EXPECT_TRUE(declared) << operation->id << " does not declare " << reply.status;
    }
    return reply;
}

Reply ServerTest::open(std::string_view link, std::string_view secret, json::object more) {
    more["link"] = link;
    more["secret"] = secret;
    return call({.method = http::Method::post,
                 .target = std::string(kApiRoot) + "/sessions",
                 .body = json::serialize(more),
                 .headers = {{"Content-Type", "application/json"},
                             {"Sec-Fetch-Site", "same-origin"},
                             {"Origin", "https://" + std::string(kHost)}}});
}

Reply ServerTest::resume(std::string_view session, std::string_view cookie, json::object more) {
    Ask ask{.method = http::Method::post,
            .target = std::string(kApiRoot) + "/sessions/" + std::string(session) + "/resume",
            .body = json::serialize(more),
            .headers = {{"Content-Type", "application/json"},
                        {"X-Casement", "1"},
                        {"Sec-Fetch-Site", "same-origin"}}};
    if (!cookie.empty()) ask.headers.emplace_back("Cookie", cookie);
    return call(std::move(ask));
}

Reply ServerTest::viewer(std::string_view path, std::string_view access_token,
                         const json::value& body) {
    return call({.method = http::Method::post,
                 .target = std::string(kApiRoot) + std::string(path),
                 .body = json::serialize(body),
                 .headers = {{"Content-Type", "application/json"},
                             {"Authorization", "Bearer " + std::string(access_token)}}});
}

ServerTest::Shared ServerTest::share(std::string_view dashboard, std::string_view airport,
                                     json::object more) {
    more["selectable_template_vars"] =
        json::array{json::object{{"name", "airport"}, {"default_values", json::array{airport}}}};
    const auto reply =
        api(http::Method::post, "/dashboards/" + std::string(dashboard) + "/shares", more);
    EXPECT_EQ(reply.status, 201) << reply.body;
    const auto made = reply.json();
    return {std::string(made.at("share").at("token").get_string()),
            std::string(made.at("credential").at("secret").get_string()),
            made.at("credential").at("id").get_int64()};
}

json::object ServerTest::opened(const Shared& share, std::string_view nonce) {
    const auto reply = open(link(share, nonce), mine);
    EXPECT_EQ(reply.status, 201) << reply.body;
    return reply.lines().at(0);
}

}  // namespace casement::console::test
