// How often a kind of page was shown, and how often refused.
#pragma once

#include <string>

namespace prometheus {
class Counter;
class Registry;
}  // namespace prometheus

namespace casement::http {

class PageCount {
  public:
    /// `metrics` must outlive it. `name` is the metric's; its label is `outcome`.
    PageCount(prometheus::Registry& metrics, const std::string& name, const std::string& help);

    void shown();
    void refused();

  private:
    prometheus::Counter* shown_;
    prometheus::Counter* refused_;
};

}  // namespace casement::http
