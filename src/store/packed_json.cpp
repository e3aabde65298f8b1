#include "store/packed_json.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <vector>

namespace casement::store {
namespace {

/// While open, memory comes from blocks, from their start to their end, and none is given back.
/// Sealed, it is like any other to its users: new parts come from the heap, so that several threads
/// may copy and drop values at the same time, and parts inside of the blocks stay until the end.
class Pack final : public json::memory_resource {
  public:
    /// `self` will point to it: what the values hold is a wrapper of Boost's around it.
    Pack(std::size_t text, Pack*& self) : next_(std::max(text * kFirst, kSmallest)), text_(text) {
        self = this;
    }
    Pack(const Pack&) = delete;
    Pack& operator=(const Pack&) = delete;

    void seal() { sealed_ = true; }

  private:
    /// A document's tree is two to three times its text. What is missing comes in smaller steps.
    static constexpr std::size_t kFirst = 2;
    static constexpr std::size_t kStep = 16;
    static constexpr std::size_t kSmallest = 128;

    struct Block {
        std::unique_ptr<std::byte[]> start;
        std::size_t size = 0;
    };

    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        if (sealed_) return ::operator new(bytes, std::align_val_t(alignment));
        void* place = free_;
        if (free_ == nullptr || std::align(alignment, bytes, place, left_) == nullptr) {
            left_ = std::max(next_, bytes + alignment);
            next_ = std::max(text_ / kStep, kSmallest);
            // Not set to zero, as make_unique would.
            blocks_.push_back({std::unique_ptr<std::byte[]>(new std::byte[left_]), left_});
            place = blocks_.back().start.get();
            std::align(alignment, bytes, place, left_);
        }
        free_ = static_cast<std::byte*>(place) + bytes;
        left_ -= bytes;
        return place;
    }

    void do_deallocate(void* place, std::size_t, std::size_t alignment) override {
        const auto* byte = static_cast<const std::byte*>(place);
        const auto holds = [byte](const Block& block) {
            const std::less<> before;
            return !before(byte, block.start.get()) && before(byte, block.start.get() + block.size);
        };
        if (std::none_of(blocks_.begin(), blocks_.end(), holds)) {
            ::operator delete(place, std::align_val_t(alignment));
        }
    }

    bool do_is_equal(const json::memory_resource& other) const noexcept override {
        return this == &other;
    }

    std::vector<Block> blocks_;
    std::byte* free_ = nullptr;
    std::size_t left_ = 0;
    std::size_t next_;
    const std::size_t text_;
    bool sealed_ = false;
};

}  // namespace

json::value parse_packed(std::string_view text, json::error_code& failed,
                         const json::parse_options& options) {
    Pack* pack = nullptr;
    const json::storage_ptr memory = json::make_shared_resource<Pack>(text.size(), pack);
    json::value parsed = json::parse(text, failed, memory, options);
    pack->seal();
    return parsed;
}

}  // namespace casement::store
