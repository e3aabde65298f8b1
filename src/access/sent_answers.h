// The answers of panels that pages may still have, so that a refresh sends what is new and not all
// of it again (ARCHITECTURE.md, "The viewer's protocol").
#pragma once

#include "crypto/secret.h"
#include "data/table.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace casement::access {

/// A version names the exact bytes of an answer, for one session and one panel of it: a digest of
/// them under a key, so that it says nothing about the answer, and means nothing to the server when
/// it comes from another session. Nobody finds an answer by its version: what a page says it has is
/// held against the earlier answers of the very question that it asks. Any thread.
class SentAnswers {
  public:
    /// `key`: 32 bytes, the same on every node. Tables are shared with whoever else holds them, and
    /// counted here all the same; at most `max_bytes` of them are kept, the last used longest.
    SentAnswers(Secret key, std::size_t max_bytes) : key_(std::move(key)), max_bytes_(max_bytes) {}

    struct Told {
        std::string version;     ///< of the answer, 22 characters of base64url
        bool unchanged = false;  ///< the page has it already
        /// What the page has instead, in the order of `tables`; empty when that is not known.
        std::vector<data::TablePtr> known;
    };
    /// `who`: session and panel. `names`: of the frames, as `tables`. `have`: the version that the
    /// page says it has, or empty; anything else is as good as none. `question` is called when it
    /// matters: equal for answers to the same question at different times.
    [[nodiscard]] Told tell(std::string_view who, const std::vector<std::string_view>& names,
                            const std::vector<data::TablePtr>& tables, std::string_view have,
                            const std::function<std::uint64_t()>& question);

    [[nodiscard]] std::size_t bytes() const;

    /// Earlier answers to one question that are kept, whatever room there is: pages refresh at
    /// different times.
    static constexpr std::size_t kOfAQuestion = 8;

  private:
    struct Answer {
        std::uint64_t question = 0;
        std::size_t place = 0;  ///< in `places_`
        std::string names;
        std::vector<data::TablePtr> tables;
        std::string digest;  ///< SHA-256 of names and tables
        std::size_t bytes = 0;
    };
    using AnswerPtr = std::shared_ptr<const Answer>;
    using Earlier = std::vector<AnswerPtr>;

    [[nodiscard]] std::string version_of(std::string_view who, const Answer& answer) const;
    /// The answer of these very tables, when it is kept.
    [[nodiscard]] AnswerPtr find(std::size_t place, std::string_view names,
                                 const std::vector<data::TablePtr>& tables);
    void keep(const AnswerPtr& answer);
    /// With the mutex held.
    void drop(const AnswerPtr& answer);

    const Secret key_;
    const std::size_t max_bytes_;
    mutable std::mutex mutex_;
    std::size_t bytes_ = 0;
    std::list<AnswerPtr> answers_;  ///< last used first
    /// By a hash of names and of where the tables lie.
    std::unordered_map<std::size_t, std::list<AnswerPtr>::iterator> places_;
    std::unordered_map<std::uint64_t, Earlier> questions_;  ///< newest last
};

}  // namespace casement::access
