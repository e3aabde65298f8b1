#include "dialects/grafana/parameter_check.h"

#include "base/encoding.h"
#include "dialects/grafana/text.h"

#include <array>
#include <cstdlib>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using namespace parameter;

constexpr std::array<Sample, 13> kSamples = {{
    {kSign, 2, true, "00000000000000000000000000000000"},
    {kTimestamp, 2, true, "1700000000"},
    {kName, 2, true, "key"},
    {kOrgId, 2, true, "1"},
    {kExpireSeconds, 2, false, "60"},
    {kCasementKey, 3, true, "key"},
    {kCasementOrg, 3, true, "1"},
    {kCasementExpires, 3, true, "1700000000"},
    {kCasementSession, 3, false, "60"},
    {kCasementLock, 3, false, ""},
    {kCasementBound, 3, false, ""},
    {kCasementNonce, 3, true, "0000000000000000"},
    {kCasementSignature, 3, true,
     "0000000000000000000000000000000000000000000000000000000000000000"},
}};

std::string duration(std::int64_t count) {
    if (count < 120) return fmt::format("{} s", count);
    if (count < 7200) return fmt::format("{} min {} s", count / 60, count % 60);
    if (count < 172800) return fmt::format("{} h {} min", count / 3600, count % 3600 / 60);
    return fmt::format("{} days", count / 86400);
}

}  // namespace

std::span<const Sample> samples() noexcept {
    return kSamples;
}

std::optional<std::string> parameter_fault(const Sample& asked, std::string_view given,
                                           std::string_view variables, std::string_view locked) {
    const auto answer = [&](std::string_view instead) {
        std::string link = fmt::format("/d/x?x{}", variables);
        for (const auto& sample : kSamples) {
            if (sample.version != asked.version) continue;
            auto value = sample.value;
            // What is bounded must not be locked too.
            if (asked.name == kCasementBound && sample.name == kCasementLock) value = locked;
            if (sample.name == asked.name) value = instead;
            link += fmt::format("&{}={}", sample.name, percent_encode(value));
        }
        return parse_link(link, kWidestLimits);
    };
    const auto link = answer(given);
    // What is wrong with a variable itself was said with the address.
    if (link || link.error().field != asked.name) return std::nullopt;
    std::string_view guess;
    if (const auto again = form_decode(given);
        given.find('%') != std::string_view::npos && again && answer(*again)) {
        guess = " It is percent-encoded twice.";
    } else if (given.size() == 40 && asked.name == kSign) {
        guess = " This has the length of SHA-1; MD5 is what is asked for.";
    } else if (given.size() == 64 && asked.name == kSign) {
        guess = " This has the length of SHA-256; MD5 is what is asked for.";
    } else if (from_hex(given) && !is_lower_hex(given)) {
        guess = " It is in upper case.";
    }
    return link.error().message + std::string(guess);
}

WindowText v3_window(std::int64_t expires, std::int64_t now) {
    const auto left = expires - now;
    if (left <= 0) return {false, fmt::format("It ended {} ago.", duration(-left))};
    if (left > (kMostAhead + kValidFor).count()) {
        return {false, fmt::format("It ends in {}; a link may end an hour ahead at most.",
                                   duration(left))};
    }
    return {true, fmt::format("It opens for another {}.", duration(left))};
}

WindowText v2_window(std::int64_t timestamp, std::int64_t now) {
    const auto age = now - timestamp;
    const auto slack = kValidFor.count();
    if (age >= 0 && age <= slack) {
        return {true, fmt::format("Signed {} ago; it opens for another {}.", duration(age),
                                  duration(slack - age))};
    }
    if (age < 0 && -age <= slack) {
        return {true, fmt::format("Signed {} in the future, which is within the 60 seconds that "
                                  "clocks may differ.",
                                  duration(-age))};
    }
    auto sentence = fmt::format(
        "Signed {} {}; a link of version 2 opens for 60 seconds. Sign a new one for every page "
        "load.",
        duration(std::abs(age)), age > 0 ? "ago" : "in the future");
    // Offsets from UTC are whole quarters of an hour, at most 14 h; two minutes for the way here.
    const auto quarters = (std::abs(age) + 450) / 900;
    if (quarters >= 2 && quarters <= 56 && std::abs(std::abs(age) - quarters * 900) <= 120) {
        sentence += fmt::format(
            " Almost exactly {}: if it was signed just now, local time was taken for UTC.",
            duration(quarters * 900));
    }
    return {false, std::move(sentence)};
}

}  // namespace casement::grafana
