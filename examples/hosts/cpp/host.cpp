// The smallest host application: a page of yours with a private dashboard in it.
//
//     CASEMENT_EMBED_URL=… CASEMENT_EMBED_CREDENTIAL=… ./host

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <casement/sign.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

// sign: begin
std::string signed_url(const std::string& embed_url, const std::string& credential) {
    return casement::sign::secure_embed_url(embed_url, credential);
}
// sign: end

namespace {

std::string environment(const char* name, const std::string& otherwise = "") {
    const char* value = std::getenv(name);
    return value != nullptr ? value : otherwise;
}

const std::string kEmbedUrl = environment("CASEMENT_EMBED_URL");
const std::string kCredential = environment("CASEMENT_EMBED_CREDENTIAL");
const std::string kAllowedOrigin = environment("ALLOWED_ORIGIN");

const std::string kFetchingScript = R"(<script>
fetch('/api/embed-url')
  .then(answer => answer.json())
  .then(({url}) => { document.getElementById('dashboard').src = url; });
</script>)";

std::string page(const std::string& src, const std::string& script) {
    return R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A page with a dashboard</title>
<iframe id="dashboard" title="Dashboard" )" +
           src + R"( style="width: 100%; height: 85vh; border: 0"
  loading="lazy" referrerpolicy="no-referrer" allow="fullscreen"></iframe>
)" + script +
           "\n</html>\n";
}

std::string escape_html(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const bool is_special = std::string("&<>\"'").find(c) != std::string::npos;
        out += is_special ? "&#" + std::to_string(static_cast<int>(c)) + ";" : std::string(1, c);
    }
    return out;
}

/// A JSON string. The URL has visible ASCII only: secure_embed_url refuses anything else.
std::string json(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string cors() {
    // With cookies ("credentials: 'include'") browsers want the one origin by name.
    return "Access-Control-Allow-Origin: " + (kAllowedOrigin.empty() ? "*" : kAllowedOrigin) +
           "\r\n" + (kAllowedOrigin.empty() ? "" : "Access-Control-Allow-Credentials: true\r\n") +
           "Access-Control-Allow-Methods: GET, OPTIONS\r\n"
           "Access-Control-Allow-Headers: Content-Type\r\n";
}

std::string response(const std::string& status, const std::string& headers,
                     const std::string& body) {
    return "HTTP/1.1 " + status + "\r\nCache-Control: no-store\r\nConnection: close\r\n" + headers +
           (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") +
           "\r\n" + body;
}

// In your application: only for a visitor who is signed in and may see this dashboard.
std::string answer(const std::string& route) {
    const std::string html = "Content-Type: text/html; charset=utf-8\r\n";
    // First way: the page asks for a signed URL when it loads.
    if (route == "GET /") return response("200 OK", html, page("", kFetchingScript));
    // Second way: the server writes the signed URL into the page.
    if (route == "GET /server-rendered") {
        const auto src = "src=\"" + escape_html(signed_url(kEmbedUrl, kCredential)) + "\"";
        return response("200 OK", html, page(src, ""));
    }
    if (route == "GET /api/embed-url") {
        const auto body = "{\"url\": " + json(signed_url(kEmbedUrl, kCredential)) + "}";
        return response("200 OK", "Content-Type: application/json\r\n" + cors(), body);
    }
    if (route == "OPTIONS /api/embed-url") return response("204 No Content", cors(), "");
    return response("404 Not Found", "Content-Type: text/plain\r\n", "Not found\n");
}

/// Any HTTP library does this part for you.
void serve(int socket) {
    timeval patience{10, 0};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string request;
    char buffer[4096];
    while (request.find("\r\n\r\n") == std::string::npos && request.size() < 65536) {
        const auto count = recv(socket, buffer, sizeof buffer, 0);
        if (count <= 0) break;
        request.append(buffer, static_cast<std::size_t>(count));
    }
    std::string method;
    std::string path;
    std::istringstream(request) >> method >> path;
    const auto text = answer(method + " " + path);
    for (std::size_t sent = 0; sent < text.size();) {
        const auto count = send(socket, text.data() + sent, text.size() - sent, 0);
        if (count <= 0) break;
        sent += static_cast<std::size_t>(count);
    }
    close(socket);
}

}  // namespace

int main() try {
    if (kEmbedUrl.empty() || kCredential.empty()) {
        std::cerr << "Set CASEMENT_EMBED_URL and CASEMENT_EMBED_CREDENTIAL to the share's url and "
                     "credential.\n";
        return 1;
    }
    (void)signed_url(kEmbedUrl, kCredential);  // A wrong setting is told now, not to a visitor.
    std::signal(SIGPIPE, SIG_IGN);
    const auto port = std::stoi(environment("PORT", "5000"));
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    const int yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener, 64) != 0) {
        std::cerr << "Port " << port << " cannot be listened on; set PORT to a free one.\n";
        return 1;
    }
    std::cout << "http://127.0.0.1:" << port << "/" << std::endl;
    while (true) {
        const int client = accept(listener, nullptr, nullptr);
        if (client >= 0) std::thread(serve, client).detach();
    }
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
