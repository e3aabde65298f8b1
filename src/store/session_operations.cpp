#include "store/session_operations.h"

#include "base/log.h"
#include "crypto/secret.h"

#include <algorithm>

namespace casement::store {
namespace {

/// Longer than any link can be good for (30 minutes back, a minute ahead): a session that is over
/// sooner must not take the memory of its nonce with it.
constexpr auto kNonceKept = std::chrono::hours(1);
constexpr std::size_t kPurgeStep = 500;

/// After the commit: memory first, so that a listener who looks finds them ended.
void tell_ended(SessionContext& context, const std::vector<std::string>& ids, Time at) {
    if (ids.empty()) return;
    for (const auto& id : ids)
        context.cache.change_written(id, [&](SessionRow& row) { row.ended_at = at; });
    const std::lock_guard lock(context.listeners_mutex);
    for (const auto& id : ids) {
        for (const auto& listener : context.listeners)
            listener(id);
    }
}

}  // namespace

RedemptionResult spent_before(SessionRow existing, std::string_view secret_hash) {
    const bool same = equal_in_constant_time(existing.secret_hash, secret_hash);
    return {same ? Redeemed::Outcome::same_browser : Redeemed::Outcome::already_used,
            std::make_shared<const SessionRow>(std::move(existing))};
}

Redeemed to_redeemed(const RedemptionResult& result) {
    Redeemed redeemed;
    redeemed.outcome = result.outcome;
    if (result.outcome == Redeemed::Outcome::already_used) {
        redeemed.session.id = result.row->id;
    } else if (result.row != nullptr) {
        redeemed.session = *result.row;
    }
    return redeemed;
}

RedeemOperation::RedeemOperation(SessionContext& context, const NonceKey& key,
                                 std::shared_ptr<const SessionRow> session, Terms terms, Done done)
    : context_(context),
      key_(key),
      session_(std::move(session)),
      terms_(terms),
      done_(std::move(done)) {}

void RedeemOperation::apply(SessionReads& reads, SessionWrites& writes) {
    try {
        // In the cache is only what a commit before this one made durable.
        const auto known = context_.cache.spent(key_);
        if (known && !known->is_secret(session_->secret_hash)) {
            SessionRow name_only;
            name_only.id = known->id;
            result_ = RedemptionResult{Redeemed::Outcome::already_used,
                                       std::make_shared<const SessionRow>(std::move(name_only))};
            from_cache_ = true;
            return;
        }
        now_ = context_.clock.now();
        const Time kept = std::max(session_->expires_at, now_ + std::max<std::chrono::seconds>(
                                                                    kNonceKept, terms_.nonce_for));
        const std::string& family = session_->family;
        const bool derivable = family.empty() || reads.stands(family);
        if (derivable && writes.insert(key_, *session_, kept)) {
            result_ = RedemptionResult{Redeemed::Outcome::created, session_};
            if (terms_.replaces) {
                replaced_ = writes.end_of_owner(session_->org, session_->owner, session_->id, now_);
            }
            return;
        }
        auto existing = reads.by_nonce(key_);
        if (!existing && !derivable) {
            result_ = gone("session_ended", "The session that this one continues was ended.");
            return;
        }
        if (!existing) throw std::logic_error("a nonce is spent, but its session is not there");
        result_ = spent_before(std::move(*existing), session_->secret_hash);
    } catch (const sqlite::Error& error) {
        // A row that cannot be stored is its caller's trouble; everything else concerns all.
        const int code = error.code & 0xff;
        if (code != SQLITE_CONSTRAINT && code != SQLITE_TOOBIG && code != SQLITE_MISMATCH) throw;
        log::error("session_not_stored", {{"detail", error.what()}});
        result_ = internal_error();
    }
}

void RedeemOperation::committed() {
    if (!result_ || from_cache_) return;
    context_.cache.put_spent(key_, result_->row->id, result_->row->secret_hash);
    if (result_->outcome == Redeemed::Outcome::created) context_.cache.put_written(session_);
    tell_ended(context_, replaced_, now_);
}

bool RedeemOperation::answer() {
    done_(std::move(result_));
    return false;
}

SetCookieOperation::SetCookieOperation(SessionContext& context, std::string id,
                                       std::string cookie_hash, Done done)
    : context_(context),
      id_(std::move(id)),
      cookie_hash_(std::move(cookie_hash)),
      done_(std::move(done)) {}

void SetCookieOperation::apply(SessionReads&, SessionWrites& writes) {
    found_ = writes.set_cookie(id_, cookie_hash_);
}

void SetCookieOperation::committed() {
    if (!found_) return;
    context_.cache.change_written(id_, [&](SessionRow& row) { row.cookie_hash = cookie_hash_; });
}

bool SetCookieOperation::answer() {
    if (found_) {
        done_({});
    } else {
        done_(not_found("session_not_found", "The session does not exist, or was ended."));
    }
    return false;
}

EndOperation::EndOperation(SessionContext& context, Which which, Done done)
    : context_(context), which_(std::move(which)), done_(std::move(done)) {}

EndOperation::Which EndOperation::one(std::string id) {
    return [id = std::move(id)](SessionWrites& writes, Time now) {
        std::vector<std::string> ended;
        if (writes.end(id, now)) ended.push_back(id);
        return ended;
    };
}

EndOperation::Which EndOperation::of_family(std::string id) {
    return [id = std::move(id)](SessionWrites& writes, Time now) {
        auto ended = writes.end_of_family(id, now);
        if (writes.end(id, now)) ended.push_back(id);
        return ended;
    };
}

EndOperation::Which EndOperation::of_owner(std::int64_t org, std::int64_t owner,
                                           std::string except) {
    return [org, owner, except = std::move(except)](SessionWrites& writes, Time now) {
        return writes.end_of_owner(org, owner, except, now);
    };
}

void EndOperation::apply(SessionReads&, SessionWrites& writes) {
    now_ = context_.clock.now();
    ended_ = which_(writes, now_);
}

void EndOperation::committed() {
    tell_ended(context_, ended_, now_);
}

bool EndOperation::answer() {
    done_(ended_.size());
    return false;
}

PurgeOperation::PurgeOperation(SessionContext& context, Done done)
    : context_(context), done_(std::move(done)) {}

void PurgeOperation::apply(SessionReads&, SessionWrites& writes) {
    step_ = writes.purge(context_.clock.now(), kPurgeStep);
}

void PurgeOperation::committed() {
    for (const auto& id : step_)
        context_.cache.erase(id);
    removed_ += step_.size();
}

bool PurgeOperation::answer() {
    if (step_.size() == kPurgeStep) return true;
    done_(removed_);
    return false;
}

void TouchOperation::apply(SessionReads&, SessionWrites& writes) {
    for (const auto& [id, at] : touches_)
        writes.set_last_seen(id, at);
}

}  // namespace casement::store
