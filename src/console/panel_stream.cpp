#include "console/panel_stream.h"

#include "base/log.h"

#include <deque>
#include <exception>
#include <memory>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace casement::console {
namespace {

/// A killed session gets at most this much more of a line that is already on its way.
constexpr std::size_t kPiece = std::size_t{64} * 1024;

/// What the stream and the panels it waits for share. Panels hold it too, so that one that
/// finishes after the stream was cut has a place to put its line.
struct Work {
    Work(access::SessionService& s, access::ViewService& v, PanelsWanted w)
        : sessions(s), views(v), wanted(std::move(w)) {}

    access::SessionService& sessions;
    access::ViewService& views;
    PanelsWanted wanted;  ///< `panels` are those still to be fetched
    std::shared_ptr<Cancellation> cancellation;
    std::size_t started = 0;
    std::size_t running = 0;
    std::deque<std::string> lines;
    /// Expires never; cancelled when there is something to look at. Null outside of the stream.
    std::shared_ptr<asio::steady_timer> news;
};

std::string_view had(const PanelsWanted& wanted, const access::PanelRef& panel) {
    const auto found = wanted.have.find(panel);
    return found == wanted.have.end() ? std::string_view{} : found->second;
}

std::string failed_line(const access::PanelRef& panel) {
    json::object line{{"panel", panel.id},
                      {"error",
                       {{"code", "query_failed"},
                        {"message",
                         "This panel could not be loaded. Its author finds the "
                         "reason in the server's log."}}}};
    if (panel.repeat) line["repeat"] = *panel.repeat;
    return json::serialize(line) + "\n";
}

asio::awaitable<void> fetch_panel(std::shared_ptr<Work> work, access::PanelRef panel) {
    std::string line;
    try {
        std::string have(had(work->wanted, panel));
        line = co_await work->views.panel_line(work->wanted.viewer, work->wanted.selection, panel,
                                               work->cancellation, std::move(have));
    } catch (const std::exception& exception) {
        log::error("panel_failed", {{"dashboard", work->wanted.viewer.view->uid},
                                    {"panel", panel.id},
                                    {"reason", exception.what()}});
        line = failed_line(panel);
    }
    work->lines.push_back(std::move(line));
    --work->running;
    if (work->news) work->news->cancel();
}

asio::awaitable<bool> write_in_pieces(http::BodyWriter& writer, std::string_view text,
                                      const Cancellation& cancellation) {
    while (!text.empty()) {
        if (cancellation.cancelled()) co_return false;
        const auto piece = text.substr(0, kPiece);
        const bool taken = co_await writer.write(piece);
        if (!taken) co_return false;
        text.remove_prefix(piece.size());
    }
    co_return true;
}

/// Ends what is still running when the stream ends before its panels do.
struct StopOnExit {
    explicit StopOnExit(std::shared_ptr<Work> w) : work(std::move(w)) {}
    StopOnExit(const StopOnExit&) = delete;
    StopOnExit& operator=(const StopOnExit&) = delete;
    ~StopOnExit() {
        if (work->running > 0) work->cancellation->cancel();
        // The answer may outlive the connection's executor; its timer must not.
        work->news.reset();
    }
    std::shared_ptr<Work> work;
};

asio::awaitable<void> send_panels(std::shared_ptr<Work> work, http::BodyWriter& writer) {
    const auto executor = co_await asio::this_coro::executor;
    work->news = std::make_shared<asio::steady_timer>(executor);
    const StopOnExit stop(work);
    // May run on the thread that ended the session: it only knocks.
    const auto wake = work->cancellation->on_cancel(
        [executor, news = std::weak_ptr<asio::steady_timer>(work->news)] {
            asio::post(executor, [news] {
                if (const auto timer = news.lock()) timer->cancel();
            });
        });
    // Who signed in to the console has no session of this kind; what he asks for ends by itself.
    std::shared_ptr<void> watch;
    if (work->wanted.viewer.session) {
        watch = work->sessions.watch(work->wanted.viewer, work->cancellation);
    }

    const bool opened = co_await write_in_pieces(writer, work->wanted.head, *work->cancellation);
    if (!opened) co_return;
    const auto& panels = work->wanted.panels;
    while (!work->cancellation->cancelled()) {
        // Lines that wait count too: a slow reader does not make the server hold all of them.
        while (work->started < panels.size() &&
               work->running + work->lines.size() < kPanelsAtOnce) {
            ++work->running;
            asio::co_spawn(executor, fetch_panel(work, panels[work->started++]), asio::detached);
        }
        if (!work->lines.empty()) {
            const auto line = std::move(work->lines.front());
            work->lines.pop_front();
            const bool taken = co_await write_in_pieces(writer, line, *work->cancellation);
            if (!taken) co_return;
            continue;
        }
        if (work->running == 0) {
            const bool ended = co_await writer.write(kEndLine);
            if (!ended) work->cancellation->cancel();
            co_return;
        }
        boost::system::error_code woken;
        work->news->expires_at(asio::steady_timer::time_point::max());
        co_await work->news->async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
}

}  // namespace

http::Response answer_panels(access::SessionService& sessions, access::ViewService& views,
                             const http::Request& request, PanelsWanted wanted) {
    http::Response response;
    response.status = wanted.status;
    response.headers.add("Content-Type", std::string(kNdjson));

    std::string body = std::move(wanted.head);
    std::vector<access::PanelRef> missing;
    for (const auto& panel : wanted.panels) {
        auto line =
            views.cached_panel_line(wanted.viewer, wanted.selection, panel, had(wanted, panel));
        if (line) {
            body += *line;
        } else {
            missing.push_back(panel);
        }
    }
    if (missing.empty()) {
        body += kEndLine;
        response.body = std::move(body);
        return response;
    }
    wanted.head = std::move(body);
    wanted.panels = std::move(missing);
    const auto work = std::make_shared<Work>(sessions, views, std::move(wanted));
    // The request's own: whoever cancels it cuts the connection too, in the middle of a write.
    work->cancellation =
        request.cancellation ? request.cancellation : std::make_shared<Cancellation>();
    response.stream = [work](http::BodyWriter& writer) { return send_panels(work, writer); };
    return response;
}

}  // namespace casement::console
