#include "base/utc_words.h"

namespace casement {

std::string utc_words(Time time) {
    return to_rfc3339(time).substr(0, 19).replace(10, 1, " ") + " UTC";
}

}  // namespace casement
