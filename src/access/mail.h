// Mail: one message to one address, and the queue that sends it without anybody waiting.
#pragma once

#include "base/error.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace casement::access {

struct Mail {
    std::string to;       ///< as check_email gives it
    std::string subject;  ///< UTF-8; line ends and control characters become spaces
    std::string text;     ///< UTF-8, lines end with \n
};

class Mailer {
  public:
    virtual ~Mailer() = default;
    /// Blocking, and bounded in time; one thread at a time. Errors: unavailable "mail_deferred"
    /// when it may go later, unprocessable "mail_refused" when it never will. The message says why,
    /// for the operator.
    [[nodiscard]] virtual Result<void> send(const Mail& mail) = 0;
};

/// A thread that sends one mail after the other, and tries again what was deferred. What is queued
/// when the server stops is lost: whoever asked for it asks again.
class MailQueue {
  public:
    using Delays = std::vector<std::chrono::milliseconds>;
    using Done = std::function<void(const Result<void>& outcome)>;

    /// `mailer` must outlive it. Between two tries it waits the next of `delays`; after the last
    /// one a mail has failed.
    explicit MailQueue(Mailer& mailer, Delays delays = usual_delays());
    ~MailQueue();
    MailQueue(const MailQueue&) = delete;
    MailQueue& operator=(const MailQueue&) = delete;

    /// Any thread, at once. `done` runs on the queue's thread, once, and must not throw; not for
    /// what is left at the end. False when the queue is full.
    [[nodiscard]] bool put(Mail mail, Done done);

    static constexpr std::size_t kMost = 1000;
    [[nodiscard]] static Delays usual_delays();

  private:
    using Instant = std::chrono::steady_clock::time_point;
    struct Entry {
        Mail mail;
        Done done;
        std::size_t tries = 0;
        Instant due;
    };
    void run();

    Mailer* mailer_;
    const Delays delays_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::list<Entry> entries_;
    bool stopping_ = false;
    std::thread thread_;  ///< last: it uses the others
};

}  // namespace casement::access
