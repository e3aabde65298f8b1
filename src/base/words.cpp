#include "base/words.h"

#include <fmt/format.h>

namespace casement {

std::string counted(std::size_t count, std::string_view thing) {
    return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string fits_none_of(std::size_t count, std::string_view thing) {
    if (count == 0) return fmt::format("fits no {}, since there is none", thing);
    if (count == 1) return fmt::format("does not fit the only {}", thing);
    return fmt::format("fits none of the {}", counted(count, thing));
}

std::string how_many_can_sign(std::size_t usable, std::size_t all, std::string_view thing) {
    if (all == 0) return fmt::format("It has no {}", thing);
    if (all == 1) return fmt::format("Its only {} {} sign", thing, usable == 1 ? "can" : "cannot");
    return fmt::format("{} of its {} can sign", usable, counted(all, thing));
}

std::string only_the_first(std::size_t count, std::string_view thing) {
    if (count == 1) return fmt::format("Only the first {} is", thing);
    return fmt::format("Only the first {} are", counted(count, thing));
}

}  // namespace casement
