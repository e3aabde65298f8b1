// The smallest host application: a page of yours with a private dashboard in it.
//
//     CASEMENT_EMBED_URL=… CASEMENT_EMBED_CREDENTIAL=… java Host.java      (Java 17 or newer)

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Host {
    static final String EMBED_URL = System.getenv("CASEMENT_EMBED_URL");
    static final String CREDENTIAL = System.getenv("CASEMENT_EMBED_CREDENTIAL");
    static final String ALLOWED_ORIGIN = System.getenv("ALLOWED_ORIGIN");
    static final int PORT = Integer.parseInt(System.getenv().getOrDefault("PORT", "5000"));

    // sign: begin
    static final SecureRandom RANDOM = new SecureRandom();

    static String signedUrl(String embedUrl, String credential) throws GeneralSecurityException {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        String nonce = HexFormat.of().formatHex(random);
        String ts = String.valueOf(Instant.now().getEpochSecond());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(credential.getBytes(UTF_8), "HmacSHA256"));
        String token = HexFormat.of().formatHex(mac.doFinal((nonce + "|" + ts).getBytes(UTF_8)));
        return embedUrl + "?token=" + token
            + "&nonce=" + URLEncoder.encode(nonce, UTF_8) + "&ts=" + ts;
    }
    // sign: end

    static String page(String src, String script) {
        return """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>A page with a dashboard</title>
            <iframe id="dashboard" title="Dashboard" %s style="width: 100%%; height: 85vh; border: 0"
              loading="lazy" referrerpolicy="no-referrer" allow="fullscreen"></iframe>
            %s
            </html>
            """.formatted(src, script);
    }

    static final String FETCHING_SCRIPT = """
        <script>
        fetch('/api/embed-url')
          .then(answer => answer.json())
          .then(({url}) => { document.getElementById('dashboard').src = url; });
        </script>""";

    static String escapeHtml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            .replace("\"", "&quot;").replace("'", "&#39;");
    }

    /** A JSON string; Java's standard library has no JSON. */
    static String json(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static void cors(HttpExchange exchange) {
        var headers = exchange.getResponseHeaders();
        headers.set("Access-Control-Allow-Methods", "GET, OPTIONS");
        headers.set("Access-Control-Allow-Headers", "Content-Type");
        if (ALLOWED_ORIGIN == null || ALLOWED_ORIGIN.isEmpty()) {
            headers.set("Access-Control-Allow-Origin", "*");
        } else {
            // With cookies ("credentials: 'include'") browsers want the one origin by name.
            headers.set("Access-Control-Allow-Origin", ALLOWED_ORIGIN);
            headers.set("Access-Control-Allow-Credentials", "true");
        }
    }

    static void answer(HttpExchange exchange, int status, String type, String text)
        throws IOException {
        byte[] body = text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    // In your application: only for a visitor who is signed in and may see this dashboard.
    static void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            switch (exchange.getRequestMethod() + " " + exchange.getRequestURI()) {
                // First way: the page asks for a signed URL when it loads.
                case "GET /" ->
                    answer(exchange, 200, "text/html; charset=utf-8", page("", FETCHING_SCRIPT));
                // Second way: the server writes the signed URL into the page.
                case "GET /server-rendered" -> {
                    String src = "src=\"" + escapeHtml(signedUrl(EMBED_URL, CREDENTIAL)) + '"';
                    answer(exchange, 200, "text/html; charset=utf-8", page(src, ""));
                }
                case "GET /api/embed-url" -> {
                    cors(exchange);
                    String url = signedUrl(EMBED_URL, CREDENTIAL);
                    answer(exchange, 200, "application/json", "{\"url\": " + json(url) + "}");
                }
                case "OPTIONS /api/embed-url" -> {
                    cors(exchange);
                    answer(exchange, 204, "text/plain", "");
                }
                default -> answer(exchange, 404, "text/plain", "Not found\n");
            }
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static void main(String[] arguments) throws IOException {
        if (EMBED_URL == null || EMBED_URL.isEmpty() || CREDENTIAL == null || CREDENTIAL.isEmpty()) {
            System.err.println("Set CASEMENT_EMBED_URL and CASEMENT_EMBED_CREDENTIAL"
                + " to the share's url and credential.");
            System.exit(1);
        }
        var address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), PORT);
        var server = HttpServer.create(address, 0);
        server.createContext("/", Host::handle);
        server.setExecutor(Executors.newCachedThreadPool());
        System.out.println("http://127.0.0.1:" + PORT + "/");
        server.start();
    }
}
