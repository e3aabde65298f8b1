#include "store/secret_box.h"

#include "base/encoding.h"
#include "support/temp_dir.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace casement::store {
namespace {

class SecretBoxTest : public testing::Test {
  protected:
    crypto::SystemRandom random;
    test::TempDir folder;
    SecretBox box = SecretBox::create(Secret(random.bytes(32)), random).value();

    std::string write_key(const std::string& text, mode_t mode) {
        const std::string path = folder / "master.key";
        std::ofstream(path) << text;
        EXPECT_EQ(::chmod(path.c_str(), mode), 0);
        return path;
    }
};

TEST_F(SecretBoxTest, OpensWhatItSealedInItsPlaceOnly) {
    const std::string sealed = box.seal(Secret("a canary"), "credential:17");
    EXPECT_EQ(box.open(sealed, "credential:17").value(), Secret("a canary"));
    EXPECT_EQ(sealed.find("canary"), std::string::npos);
    for (const auto* place : {"credential:18", "source:17", "credential:1", "credential:170", ""}) {
        const auto moved = box.open(sealed, place);
        ASSERT_FALSE(moved.has_value()) << place;
        EXPECT_EQ(moved.error().code, "unseal_failed");
        EXPECT_EQ(moved.error().message.find("canary"), std::string::npos);
    }
}

TEST_F(SecretBoxTest, SealsTheSameSecretDifferentlyEachTime) {
    EXPECT_NE(box.seal(Secret("x"), "a"), box.seal(Secret("x"), "a"));
    EXPECT_EQ(box.open(box.seal(Secret(""), "a"), "a").value(), Secret(""));
}

TEST_F(SecretBoxTest, DoesNotOpenAnythingElse) {
    const std::string sealed = box.seal(Secret("secret"), "a");
    const SecretBox other = SecretBox::create(Secret(random.bytes(32)), random).value();
    EXPECT_FALSE(other.open(sealed, "a").has_value());
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        std::string changed = sealed;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(box.open(changed, "a").has_value()) << at;
        EXPECT_FALSE(box.open(sealed.substr(0, at), "a").has_value()) << at;
    }
    EXPECT_FALSE(box.open(sealed + "A", "a").has_value());
    EXPECT_FALSE(box.open("not base64!", "a").has_value());
}

TEST_F(SecretBoxTest, DerivesOneKeyAPurpose) {
    EXPECT_EQ(box.derive("access-token").reveal().size(), 32U);
    EXPECT_EQ(box.derive("access-token"), box.derive("access-token"));
    EXPECT_FALSE(box.derive("access-token") == box.derive("cursor"));
}

TEST_F(SecretBoxTest, RefusesKeysThatNobodyDrew) {
    for (const std::string& key :
         {std::string(), std::string(31, 'x') + "y", std::string(16, 'k'), std::string(32, '\0'),
          std::string(32, 'a'), std::string(33, 'b')}) {
        const auto made = SecretBox::create(Secret(key), random);
        if (key.size() == 32 && key.back() == 'y') {
            EXPECT_TRUE(made.has_value());
            continue;
        }
        ASSERT_FALSE(made.has_value()) << key.size();
        EXPECT_EQ(made.error().code, "master_key_invalid");
    }
}

TEST_F(SecretBoxTest, MakesTheKeyFileOnceForItsOwnerAlone) {
    const std::string data = folder / "data";
    const Secret first = SecretBox::load_or_create_key(data, random).value();
    EXPECT_EQ(first.reveal().size(), 32U);
    struct stat status{};
    ASSERT_EQ(::stat((data + "/master.key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
    EXPECT_EQ(SecretBox::load_or_create_key(data, random).value(), first);
    const auto count = std::distance(std::filesystem::directory_iterator(data), {});
    EXPECT_EQ(count, 1) << "a temporary file was left behind";
}

TEST_F(SecretBoxTest, GivesAllWhoStartAtOnceTheSameKey) {
    std::vector<std::thread> threads;
    std::mutex mutex;
    std::set<std::string> keys;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            crypto::SystemRandom own;
            const auto key = SecretBox::load_or_create_key(folder.path(), own);
            const std::lock_guard lock(mutex);
            keys.insert(std::string(key.value().reveal()));
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(keys.size(), 1U);
}

TEST_F(SecretBoxTest, RefusesAKeyFileThatOthersMayRead) {
    const std::string path = write_key(to_base64url(random.bytes(32)), 0640);
    auto loaded = SecretBox::load_or_create_key(folder.path(), random);
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error().code, "master_key_invalid");
    EXPECT_NE(loaded.error().message.find("chmod 600 '" + path + "'"), std::string::npos);
    ASSERT_EQ(::chmod(path.c_str(), 0604), 0);
    EXPECT_FALSE(SecretBox::load_or_create_key(folder.path(), random).has_value());
    ASSERT_EQ(::chmod(path.c_str(), 0400), 0);
    EXPECT_TRUE(SecretBox::load_or_create_key(folder.path(), random).has_value());
}

TEST_F(SecretBoxTest, RefusesAKeyFileOfAnotherForm) {
    for (const std::string& text : {std::string(), std::string("short"), std::string(43, '!'),
                                    std::string(44, 'A'), std::string(5000, 'A')}) {
        write_key(text, 0600);
        const auto loaded = SecretBox::load_or_create_key(folder.path(), random);
        ASSERT_FALSE(loaded.has_value()) << text.size();
        EXPECT_EQ(loaded.error().code, "master_key_invalid");
    }
    const std::string key = random.bytes(32);
    write_key(to_base64url(key) + "\n", 0600);
    EXPECT_EQ(SecretBox::load_or_create_key(folder.path(), random).value(), Secret(key));
}

}  // namespace
}  // namespace casement::store
