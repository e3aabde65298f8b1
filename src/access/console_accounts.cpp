#include "access/console_accounts.h"

#include "access/user_rules.h"
#include "crypto/password.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

/// Other organizations whose user of the same handle is held against the password.
constexpr std::size_t kOthersProven = 8;

std::string object_of(std::int64_t user) {
    return fmt::format("user:{}", user);
}

Result<void> check_first_admin(const ConsoleAccounts::FirstAdmin& admin) {
    if (auto fits = check_new_handle(admin.handle, "handle"); !fits) return fits;
    if (auto fits = check_new_name(admin.name, "name"); !fits) return fits;
    if (auto fits = check_new_name(admin.organization, "organization"); !fits) return fits;
    return check_new_password(admin.password, admin.handle, "password");
}

Error totp_required(bool sent) {
    if (!sent) {
        return unauthenticated("totp_required",
                               "Enter the code that your authenticator app shows.");
    }
    auto error =
        unauthenticated("totp_required",
                        "The code is not right, or was used already. Enter the newest one, "
                        "or a recovery code.");
    error.field = "totp";
    return error;
}

Error wrong_password(std::string_view field) {
    auto error = forbidden("wrong_password", "The password is not right.");
    error.field = field;
    return error;
}

Error sign_in_again() {
    return forbidden("sign_in_again",
                     "This sign-in proves nothing about that organization. Sign in there with the "
                     "password that you have there.");
}

/// Where somebody signs in who names no organization: the same whatever the password is.
store::OrgId home_of(const store::Snapshot& snapshot, std::string_view handle) {
    store::OrgId first = 0;
    for (const auto* organization : snapshot.organizations()) {
        const auto* user = snapshot.user_by_handle(organization->id, handle);
        const bool may = user != nullptr && !user->disabled && !user->password_hash.empty();
        if (may && first == 0) first = organization->id;
    }
    if (first != 0) return first;
    const auto all = snapshot.organizations();
    return all.empty() ? 0 : all.front()->id;
}

}  // namespace

ConsoleAccounts::ConsoleAccounts(store::Catalog& catalog, SignIn& sign_in, Audit& audit,
                                 crypto::Random& random, const Clock& clock, Secret key)
    : catalog_(&catalog),
      sign_in_(&sign_in),
      audit_(&audit),
      random_(&random),
      sessions_(catalog, random, clock, std::move(key)),
      totp_(catalog, random, clock),
      set_up_(catalog, random, clock) {}

void ConsoleAccounts::record(const Principal& who, std::string action, std::string object,
                             std::string client, json::object detail) const {
    audit_->record({who.org, who.actor, std::move(action), std::move(object), std::move(client),
                    std::move(detail)});
}

asio::awaitable<std::string> ConsoleAccounts::session_of(std::string cookie) const {
    if (!sessions_.is_genuine(cookie)) co_return std::string();
    const auto found = co_await sessions_.find(std::move(cookie));
    co_return found ? found->session.id : std::string();
}

asio::awaitable<Result<ConsoleAccounts::Opened>> ConsoleAccounts::set_up(FirstAdmin admin,
                                                                         Browser browser) {
    if (auto fits = check_first_admin(admin); !fits) co_return fits.error();
    if (auto taken = set_up_.take(admin.code, browser.client); !taken) co_return taken.error();
    auto hash = [&] { return crypto::hash_password(admin.password, *random_); };
    store::User user;
    user.uuid = random_->uuid();
    user.handle = admin.handle;
    user.name = admin.name;
    user.role = "Admin";
    user.password_hash = co_await catalog_->pool().run(std::move(hash));
    const auto snapshot = catalog_->snapshot();
    const auto all = snapshot->organizations();
    const store::OrgId first = all.empty() ? 0 : all.front()->id;
    std::function<Result<store::User>(store::Transaction&)> work =
        [row = user, name = admin.organization,
         first](store::Transaction& tx) -> Result<store::User> {
        auto made = row;
        auto organization = tx.load<store::Organization>(first);
        if (!organization) return organization.error();
        organization->name = name;
        if (auto done = tx.update(*organization); !done) return done.error();
        made.org = organization->id;
        if (auto done = tx.insert(made); !done) return done.error();
        return made;
    };
    auto written = co_await catalog_->write(std::move(work));
    if (!written) {
        set_up_.give_back();
        if (written.error().code == "already_exists") {
            co_return conflict("already_exists",
                               "There is a user of this handle, or an organization of this name, "
                               "already. Choose another.");
        }
        co_return written.error();
    }
    record(principal_of_user(*written), "user.set_up", object_of(written->id), browser.client,
           {{"handle", written->handle}, {"organization", admin.organization}});
    const auto mark = store::password_mark(written->password_hash);
    ConsoleSessions::Wanted wanted;
    wanted.user = written->id;
    wanted.mark = mark;
    wanted.proven = {{written->id, mark, false}};
    wanted.client = browser.client;
    wanted.user_agent = browser.user_agent;
    auto opened = co_await sessions_.open(std::move(wanted));
    if (!opened) co_return opened.error();
    co_return Opened{std::move(opened->signed_in), std::move(opened->cookie),
                     sign_in_->limits().device_of(written->id, *random_)};
}

asio::awaitable<Result<std::vector<store::ProvenUser>>> ConsoleAccounts::prove_others(
    store::OrgId org, std::string handle, Secret password, std::string client) {
    const auto snapshot = catalog_->snapshot();
    std::vector<store::ProvenUser> proven;
    std::size_t asked = 0;
    for (const auto* organization : snapshot->organizations()) {
        if (organization->id == org) continue;
        const auto* user = snapshot->user_by_handle(organization->id, handle);
        if (user == nullptr || user->disabled || user->password_hash.empty()) continue;
        if (++asked > kOthersProven) break;
        // Through the same limits: whoever makes himself a user of somebody else's handle gets no
        // more guesses at that one's password by signing in as himself.
        SignIn::Attempt attempt{organization->id, handle, password, client, {}};
        const auto checked = co_await sign_in_->verify(std::move(attempt));
        if (!checked || !checked->holds) continue;
        const auto has_code = co_await totp_.is_active(checked->user);
        if (!has_code) co_return has_code.error();
        if (*has_code) continue;
        proven.push_back({checked->user, store::password_mark(checked->password_hash), false});
    }
    co_return proven;
}

asio::awaitable<Result<ConsoleAccounts::Opened>> ConsoleAccounts::sign_in(Credentials credentials,
                                                                          Browser browser) {
    const auto org =
        credentials.org != 0 ? credentials.org : home_of(*catalog_->snapshot(), credentials.handle);
    SignIn::Attempt attempt{org, credentials.handle, credentials.password, browser.client,
                            browser.device};
    const auto checked = co_await sign_in_->verify(std::move(attempt));
    if (!checked) co_return checked.error();
    const auto refuse = [&](std::string_view reason) {
        // Rows of an organization that is not there would be nobody's.
        if (catalog_->snapshot()->organization(org) == nullptr) return;
        audit_->record({org,
                        "anonymous",
                        "user.sign_in_refused",
                        checked->user != 0 ? object_of(checked->user) : "user",
                        browser.client,
                        {{"by", "console"}, {"reason", reason}}});
    };
    if (!checked->holds) {
        refuse("password");
        co_return login_failed();
    }
    const bool sent = !credentials.code.empty();
    const auto answer = co_await totp_.check(checked->user, std::move(credentials.code));
    if (!answer) co_return answer.error();
    if (*answer == TotpKeeper::Answer::wrong) refuse("totp");
    if (*answer == TotpKeeper::Answer::wrong || *answer == TotpKeeper::Answer::missing) {
        co_return totp_required(sent);
    }
    const bool shown = *answer != TotpKeeper::Answer::not_needed;

    auto proven = co_await prove_others(org, credentials.handle, std::move(credentials.password),
                                        browser.client);
    if (!proven) co_return proven.error();
    auto before = co_await session_of(browser.session);
    ConsoleSessions::Wanted wanted;
    wanted.user = checked->user;
    wanted.mark = store::password_mark(checked->password_hash);
    wanted.proven = std::move(*proven);
    wanted.proven.insert(wanted.proven.begin(), {checked->user, wanted.mark, shown});
    wanted.client = browser.client;
    wanted.user_agent = browser.user_agent;
    wanted.replaces = std::move(before);
    auto opened = co_await sessions_.open(std::move(wanted));
    if (!opened) co_return opened.error();
    json::object detail{{"by", "console"}, {"totp", shown}};
    if (*answer == TotpKeeper::Answer::recovery_code) detail["recovery_code"] = true;
    record(opened->signed_in.who, "user.signed_in", object_of(checked->user), browser.client,
           std::move(detail));
    co_return Opened{std::move(opened->signed_in), std::move(opened->cookie),
                     sign_in_->limits().device_of(checked->user, *random_)};
}

asio::awaitable<Result<ConsoleAccounts::Opened>> ConsoleAccounts::sign_in_as(store::User user,
                                                                             std::string by,
                                                                             Browser browser) {
    auto before = co_await session_of(browser.session);
    ConsoleSessions::Wanted wanted;
    wanted.user = user.id;
    wanted.mark = store::password_mark(user.password_hash);
    wanted.proven = {{user.id, wanted.mark, false}};
    wanted.client = browser.client;
    wanted.user_agent = browser.user_agent;
    wanted.replaces = std::move(before);
    auto opened = co_await sessions_.open(std::move(wanted));
    if (!opened) co_return opened.error();
    record(opened->signed_in.who, "user.signed_in", object_of(user.id), browser.client,
           {{"by", by}});
    co_return Opened{std::move(opened->signed_in), std::move(opened->cookie), {}};
}

asio::awaitable<Result<void>> ConsoleAccounts::sign_out(Browser browser) {
    const auto found = co_await sessions_.find(browser.session);
    if (!found && found.error().kind != ErrorKind::unauthenticated) co_return found.error();
    if (!found) co_return Result<void>{};
    const auto ended = co_await sessions_.end(found->who.user, found->session.id);
    if (!ended) co_return ended.error();
    record(found->who, "user.signed_out", object_of(found->who.user), browser.client);
    co_return Result<void>{};
}

std::vector<store::OrgId> ConsoleAccounts::organizations_of(const SignedIn& me) const {
    const auto snapshot = catalog_->snapshot();
    std::vector<store::OrgId> all{me.who.org};
    for (const auto& one : me.session.proven) {
        const auto* user = snapshot->user(one.user);
        if (user == nullptr || user->disabled || user->org == me.who.org) continue;
        if (store::password_mark(user->password_hash) == one.mark) all.push_back(user->org);
    }
    std::ranges::sort(all);
    return all;
}

asio::awaitable<Result<ConsoleAccounts::Opened>> ConsoleAccounts::switch_to(SignedIn me,
                                                                            store::OrgId org,
                                                                            Browser browser) {
    const auto snapshot = catalog_->snapshot();
    const auto fits = [&](const store::ProvenUser& one) {
        const auto* user = snapshot->user(one.user);
        return user != nullptr && user->org == org && !user->disabled &&
               store::password_mark(user->password_hash) == one.mark;
    };
    const auto found = std::ranges::find_if(me.session.proven, fits);
    if (found == me.session.proven.end()) co_return sign_in_again();
    const auto has_code = co_await totp_.is_active(found->user);
    if (!has_code) co_return has_code.error();
    if (*has_code && !found->totp) co_return sign_in_again();
    ConsoleSessions::Wanted wanted;
    wanted.user = found->user;
    wanted.mark = found->mark;
    wanted.proven = me.session.proven;
    wanted.client = browser.client;
    wanted.user_agent = browser.user_agent;
    wanted.signed_in_at = me.session.created_at;
    wanted.replaces = me.session.id;
    auto opened = co_await sessions_.open(std::move(wanted));
    if (!opened) co_return opened.error();
    record(opened->signed_in.who, "user.organization_switched",
           object_of(opened->signed_in.who.user), browser.client,
           {{"from_organization", me.who.org}, {"from", me.who.actor}});
    co_return Opened{std::move(opened->signed_in), std::move(opened->cookie), {}};
}

asio::awaitable<Result<void>> ConsoleAccounts::end_session(SignedIn me, std::string id,
                                                           std::string client) {
    const bool own = id == me.session.id;
    const auto ended = co_await sessions_.end(me.who.user, std::move(id));
    if (!ended) co_return ended.error();
    if (!*ended) {
        co_return not_found("session_not_found", "You have no such session, or it is over.");
    }
    record(me.who, "user.session_ended", object_of(me.who.user), std::move(client), {{"own", own}});
    co_return Result<void>{};
}

asio::awaitable<Result<SignIn::Checked>> ConsoleAccounts::check_password(const SignedIn& me,
                                                                         Secret password,
                                                                         const Browser& browser) {
    SignIn::Attempt attempt{me.who.org, me.who.handle, std::move(password), browser.client,
                            browser.device};
    auto checked = co_await sign_in_->verify(std::move(attempt));
    co_return checked;
}

asio::awaitable<Result<ConsoleAccounts::Opened>> ConsoleAccounts::change_password(
    SignedIn me, Secret old_password, Secret new_password, Browser browser) {
    if (auto fits = check_new_password(new_password, me.who.handle, "new"); !fits) {
        co_return fits.error();
    }
    const auto checked = co_await check_password(me, std::move(old_password), browser);
    if (!checked) co_return checked.error();
    if (!checked->holds || checked->user != me.who.user) {
        record(me.who, "user.password_refused", object_of(me.who.user), browser.client);
        co_return wrong_password("old");
    }
    auto hash = [&] { return crypto::hash_password(new_password, *random_); };
    const auto made = co_await catalog_->pool().run(std::move(hash));
    std::function<Result<store::User>(store::Transaction&)> work =
        [id = me.who.user, made,
         old = checked->password_hash](store::Transaction& tx) -> Result<store::User> {
        auto row = tx.load<store::User>(id);
        if (!row) return row.error();
        if (row->password_hash != old || row->disabled) {
            return conflict("user_changed", "This user was changed meanwhile. Sign in again.");
        }
        row->password_hash = made;
        // With it go all sessions that the old one opened.
        if (auto done = tx.update(*row); !done) return done.error();
        return row;
    };
    auto written = co_await catalog_->write(std::move(work));
    if (!written) co_return written.error();
    record(me.who, "user.password_changed", object_of(me.who.user), browser.client);
    const auto mark = store::password_mark(made);
    ConsoleSessions::Wanted wanted;
    wanted.user = me.who.user;
    wanted.mark = mark;
    wanted.proven = me.session.proven;
    for (auto& one : wanted.proven)
        if (one.user == me.who.user) one.mark = mark;
    wanted.client = browser.client;
    wanted.user_agent = browser.user_agent;
    wanted.signed_in_at = me.session.created_at;
    auto opened = co_await sessions_.open(std::move(wanted));
    if (!opened) co_return opened.error();
    co_return Opened{std::move(opened->signed_in), std::move(opened->cookie),
                     sign_in_->limits().device_of(me.who.user, *random_)};
}

asio::awaitable<Result<TotpKeeper::Started>> ConsoleAccounts::start_totp(SignedIn me) {
    auto started = co_await totp_.start(me.who.user, me.who.handle);
    co_return started;
}

asio::awaitable<Result<std::vector<std::string>>> ConsoleAccounts::activate_totp(
    SignedIn me, std::string code, std::string client) {
    auto codes = co_await totp_.activate(me.who.user, std::move(code));
    if (codes) {
        record(me.who, "user.totp_activated", object_of(me.who.user), std::move(client));
    }
    co_return codes;
}

asio::awaitable<Result<void>> ConsoleAccounts::remove_totp(SignedIn me, Secret password,
                                                           Browser browser) {
    const auto checked = co_await check_password(me, std::move(password), browser);
    if (!checked) co_return checked.error();
    if (!checked->holds || checked->user != me.who.user) {
        record(me.who, "user.password_refused", object_of(me.who.user), browser.client);
        co_return wrong_password("password");
    }
    const auto removed = co_await totp_.remove(me.who.user);
    if (!removed) co_return removed.error();
    record(me.who, "user.totp_removed", object_of(me.who.user), browser.client);
    co_return Result<void>{};
}

}  // namespace casement::access
