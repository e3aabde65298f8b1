#include "access/sent_answers.h"

#include "base/encoding.h"
#include "crypto/hash.h"
#include "data/cache.h"

#include <algorithm>
#include <utility>

namespace casement::access {
namespace {

/// 128 bits: nobody finds two answers of one version, nor one for a version.
constexpr std::size_t kVersionBytes = 16;
constexpr std::size_t kVersionLength = 22;  // in base64url
/// Of an entry and its places in list and maps.
constexpr std::size_t kOverhead = 512;
/// One answer may not push out all others.
constexpr std::size_t kMostOfAll = 4;

std::string joined(const std::vector<std::string_view>& names) {
    std::string all;
    for (const auto name : names) {
        all += std::to_string(name.size());
        all += ':';
        all += name;
    }
    return all;
}

std::size_t place_of(std::string_view names, const std::vector<data::TablePtr>& tables) {
    std::size_t place = std::hash<std::string_view>{}(names);
    for (const auto& table : tables)
        place = place * 31 + std::hash<data::TablePtr>{}(table);
    return place;
}

}  // namespace

std::string SentAnswers::version_of(std::string_view who, const Answer& answer) const {
    // The digest has its length, so the two cannot run into each other.
    auto mac = crypto::hmac_sha256(key_.reveal(), answer.digest + std::string(who));
    mac.resize(kVersionBytes);
    return to_base64url(mac);
}

SentAnswers::AnswerPtr SentAnswers::find(std::size_t place, std::string_view names,
                                         const std::vector<data::TablePtr>& tables) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(place);
    if (found == places_.end()) return nullptr;
    const auto& answer = *found->second;
    if (answer->names != names || answer->tables != tables) return nullptr;
    answers_.splice(answers_.begin(), answers_, found->second);
    return answer;
}

void SentAnswers::keep(const AnswerPtr& answer) {
    const std::lock_guard lock(mutex_);
    if (const auto same = places_.find(answer->place); same != places_.end()) {
        drop(AnswerPtr(*same->second));
    }
    if (const auto found = questions_.find(answer->question); found != questions_.end()) {
        const auto& earlier = found->second;
        // The same bytes again, from a later run: they count once.
        const auto equal = std::find_if(earlier.begin(), earlier.end(), [&](const auto& other) {
            return other->digest == answer->digest;
        });
        if (equal != earlier.end()) {
            drop(AnswerPtr(*equal));
        } else if (earlier.size() >= kOfAQuestion) {
            drop(AnswerPtr(earlier.front()));
        }
    }
    while (bytes_ + answer->bytes > max_bytes_)
        drop(AnswerPtr(answers_.back()));
    answers_.push_front(answer);
    places_.emplace(answer->place, answers_.begin());
    questions_[answer->question].push_back(answer);
    bytes_ += answer->bytes;
}

void SentAnswers::drop(const AnswerPtr& answer) {
    bytes_ -= answer->bytes;
    const auto place = places_.find(answer->place);
    answers_.erase(place->second);
    places_.erase(place);
    const auto question = questions_.find(answer->question);
    std::erase(question->second, answer);
    if (question->second.empty()) questions_.erase(question);
}

SentAnswers::Told SentAnswers::tell(std::string_view who,
                                    const std::vector<std::string_view>& names,
                                    const std::vector<data::TablePtr>& tables,
                                    std::string_view have,
                                    const std::function<std::uint64_t()>& question) {
    auto all_names = joined(names);
    const auto place = place_of(all_names, tables);
    auto answer = find(place, all_names, tables);
    if (!answer) {
        auto made = std::make_shared<Answer>();
        made->bytes = kOverhead + all_names.size();
        for (const auto& table : tables)
            made->bytes += bytes_of(*table);
        if (made->bytes > max_bytes_ / kMostOfAll) return {};
        std::string content = all_names;
        for (const auto& table : tables)
            content += crypto::sha256(table->json);
        made->question = question();
        made->place = place;
        made->names = std::move(all_names);
        made->tables = tables;
        made->digest = crypto::sha256(content);
        keep(made);
        answer = std::move(made);
    }
    Told told;
    told.version = version_of(who, *answer);
    if (have.size() != kVersionLength) return told;
    if (equal_in_constant_time(have, told.version)) {
        told.unchanged = true;
        return told;
    }
    Earlier earlier;
    {
        const std::lock_guard lock(mutex_);
        const auto found = questions_.find(answer->question);
        if (found != questions_.end()) earlier = found->second;
    }
    const auto known = std::find_if(earlier.rbegin(), earlier.rend(), [&](const auto& other) {
        return equal_in_constant_time(have, version_of(who, *other));
    });
    if (known != earlier.rend()) told.known = (*known)->tables;
    return told;
}

std::size_t SentAnswers::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

}  // namespace casement::access
