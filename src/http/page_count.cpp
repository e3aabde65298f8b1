#include "http/page_count.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace casement::http {

PageCount::PageCount(prometheus::Registry& metrics, const std::string& name,
                     const std::string& help) {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(metrics);
    shown_ = &family.Add({{"outcome", "shown"}});
    refused_ = &family.Add({{"outcome", "refused"}});
}

void PageCount::shown() {
    shown_->Increment();
}

void PageCount::refused() {
    refused_->Increment();
}

}  // namespace casement::http
