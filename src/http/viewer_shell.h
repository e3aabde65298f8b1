// The page inside the frame: a static shell without data, the same for every dialect. What is shown
// in it comes later, over the session API, or is a refusal that stands in the page itself.
#pragma once

#include "base/error.h"
#include "http/message.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casement::http {

/// Paths of the viewer's files as the shell names them.
struct ViewerAssets {
    std::string style;
    std::string script;
    std::vector<std::string> preload;  ///< chunks that the first picture usually needs
    /// Text panels may hold frames of any origin. A page that lets them in cannot promise the
    /// isolation that some host pages ask for (COEP), so those cannot frame it then.
    bool text_frames = false;
};

/// Those that are built into this binary. A file that is missing is logged and left out.
[[nodiscard]] ViewerAssets embedded_viewer_assets(bool text_frames = false);

/// Whether the browser says that it will put the answer into a frame. Older ones say nothing; for
/// them frame-ancestors decides.
[[nodiscard]] bool is_framed(const Request& request);

/// Builds the shell's answers. Immutable after construction; any thread.
class ViewerShell {
  public:
    explicit ViewerShell(const ViewerAssets& assets);

    /// 200: the viewer opens the link that the page was loaded with. `frame_ancestors` is the
    /// directive's value ("*", "https://app.example").
    [[nodiscard]] Response link(std::string_view frame_ancestors) const;
    /// The same page saying why there is no dashboard; status by the error's kind.
    /// `dialect` says whose page it is, where that is not the plain one.
    [[nodiscard]] Response refused(const Error& error, std::string_view frame_ancestors,
                                   std::string_view dialect = {}) const;

    /// 403, and the one page that may stand in any frame: it has no script and nothing to protect,
    /// and says which setting keeps every other page out of frames. Without it the person who put
    /// the frame there sees a blank square.
    [[nodiscard]] Response embedding_off() const;

    /// What a page is told in attributes of its root element: `data-<name>`.
    using Attributes = std::vector<std::pair<std::string_view, std::string>>;
    /// 200: a page of another mode than link, or with more to know. `preload` are files of this
    /// server that it will ask for besides the usual ones.
    [[nodiscard]] Response page(const Attributes& attributes,
                                const std::vector<std::string>& preload,
                                std::string_view frame_ancestors) const;

  private:
    [[nodiscard]] Response page(int status, std::string body,
                                std::string_view frame_ancestors) const;
    [[nodiscard]] std::string policy_for(std::string_view frame_ancestors) const;

    bool text_frames_;
    std::string head_;
    std::string refused_head_;
    std::string link_page_;
    std::string embedding_off_page_;
    Response base_;
};

}  // namespace casement::http
