// A test of random inputs: how many, from which seed, and what came of them. The environment says
// CASEMENT_FUZZ_TRIES, and CASEMENT_FUZZ_SEED to see one run again. A run in which hardly anything
// got past its refusals fails, because it would prove nothing.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace casement::test {

class Fuzzing {
  public:
    /// `usual_tries` where the environment says nothing; `fewest` of a hundred must be checked.
    Fuzzing(std::string name, std::uint64_t usual_tries, std::uint64_t fewest = 5)
        : name_(std::move(name)),
          tries_(from_environment("CASEMENT_FUZZ_TRIES", usual_tries)),
          seed_(from_environment("CASEMENT_FUZZ_SEED", std::random_device{}())),
          fewest_(fewest) {
        // Said before anything can end the program.
        std::printf("[ FUZZ     ] %s: seed %llu, %llu tries\n", name_.c_str(), wide(seed_),
                    wide(tries_));
        std::fflush(stdout);
        EXPECT_GT(tries_, 0U) << "CASEMENT_FUZZ_TRIES and CASEMENT_FUZZ_SEED are whole numbers";
    }
    Fuzzing(const Fuzzing&) = delete;
    Fuzzing& operator=(const Fuzzing&) = delete;

    ~Fuzzing() {
        std::printf("[ FUZZ     ] %s: seed %llu, %llu tried, %llu checked\n", name_.c_str(),
                    wide(seed_), wide(tried_), wide(checked_));
        std::fflush(stdout);
        testing::Test::RecordProperty("seed", std::to_string(seed_));
        testing::Test::RecordProperty("tried", std::to_string(tried_));
        testing::Test::RecordProperty("checked", std::to_string(checked_));
        // After a failure the rest was not tried.
        if (testing::Test::HasFatalFailure()) return;
        EXPECT_EQ(tried_, tries_);
        EXPECT_GT(checked_, tried_ * fewest_ / 100) << "of " << tried_ << ", seed " << seed_;
    }

    /// Whether there is another one to try.
    [[nodiscard]] bool next() {
        if (tried_ == tries_) return false;
        ++tried_;
        return true;
    }
    /// This try was not refused: it was answered with data, which was looked at.
    void checked() { ++checked_; }

    /// Of the current try, from 1 on.
    [[nodiscard]] std::uint64_t number() const { return tried_; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    /// To say with a failure.
    [[nodiscard]] std::string said() const {
        return "seed " + std::to_string(seed_) + ", try " + std::to_string(tried_) + ": ";
    }

  private:
    /// 0 for what is not a number: no try, and so a failure.
    static std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
        const char* given = std::getenv(name);
        if (given == nullptr) return otherwise;
        const std::string_view text = given;
        std::uint64_t number = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
        return read.ec == std::errc() && read.ptr == text.data() + text.size() ? number : 0;
    }
    static unsigned long long wide(std::uint64_t number) { return number; }

    std::string name_;
    std::uint64_t tries_;
    std::uint64_t seed_;
    std::uint64_t fewest_;
    std::uint64_t tried_ = 0;
    std::uint64_t checked_ = 0;
};

}  // namespace casement::test
