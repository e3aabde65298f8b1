#include "access/mail.h"

#include "base/log.h"

#include <algorithm>
#include <utility>

namespace casement::access {

MailQueue::Delays MailQueue::usual_delays() {
    using std::chrono::seconds;
    return {seconds{2}, seconds{15}, seconds{60}, seconds{300}};
}

MailQueue::MailQueue(Mailer& mailer, Delays delays)
    : mailer_(&mailer), delays_(std::move(delays)), thread_([this] { run(); }) {}

MailQueue::~MailQueue() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
    if (!entries_.empty()) log::warning("mail_not_sent", {{"count", entries_.size()}});
}

bool MailQueue::put(Mail mail, Done done) {
    {
        const std::lock_guard lock(mutex_);
        if (entries_.size() >= kMost) return false;
        entries_.push_back({std::move(mail), std::move(done), 0, std::chrono::steady_clock::now()});
    }
    changed_.notify_all();
    return true;
}

void MailQueue::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const auto next =
            std::min_element(entries_.begin(), entries_.end(),
                             [](const Entry& a, const Entry& b) { return a.due < b.due; });
        if (next == entries_.end()) {
            changed_.wait(lock);
            continue;
        }
        if (next->due > std::chrono::steady_clock::now()) {
            // What is put meanwhile may be due before it.
            changed_.wait_until(lock, next->due);
            continue;
        }
        std::list<Entry> current;
        current.splice(current.begin(), entries_, next);
        auto& entry = current.front();
        lock.unlock();
        const auto outcome = mailer_->send(entry.mail);
        const bool again = !outcome && outcome.error().kind == ErrorKind::unavailable &&
                           entry.tries < delays_.size();
        if (!outcome) {
            log::warning("mail_failed", {{"reason", outcome.error().message},
                                         {"tries", entry.tries + 1},
                                         {"again", again}});
        }
        if (again) {
            entry.due = std::chrono::steady_clock::now() + delays_[entry.tries];
            ++entry.tries;
        } else {
            entry.done(outcome);
        }
        lock.lock();
        if (again) entries_.splice(entries_.end(), current);
    }
}

}  // namespace casement::access
