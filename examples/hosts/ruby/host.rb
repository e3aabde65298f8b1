# The smallest host application: a page of yours with a private dashboard in it.
#
#     CASEMENT_EMBED_URL=… CASEMENT_EMBED_CREDENTIAL=… ruby host.rb

require "cgi"
require "json"
require "openssl"
require "securerandom"
require "socket"
require "uri"

EMBED_URL = ENV["CASEMENT_EMBED_URL"]
CREDENTIAL = ENV["CASEMENT_EMBED_CREDENTIAL"]
ALLOWED_ORIGIN = ENV["ALLOWED_ORIGIN"]
PORT = Integer(ENV.fetch("PORT", "5000"))

# sign: begin
def signed_url(embed_url, credential)
  nonce = SecureRandom.hex(16)
  ts = Time.now.to_i.to_s
  token = OpenSSL::HMAC.hexdigest("SHA256", credential, "#{nonce}|#{ts}")
  "#{embed_url}?#{URI.encode_www_form(token: token, nonce: nonce, ts: ts)}"
end
# sign: end

FETCHING_SCRIPT = <<~HTML
  <script>
  fetch('/api/embed-url')
    .then(answer => answer.json())
    .then(({url}) => { document.getElementById('dashboard').src = url; });
  </script>
HTML

def page(src: "", script: "")
  <<~HTML
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <title>A page with a dashboard</title>
    <iframe id="dashboard" title="Dashboard" #{src} style="width: 100%; height: 85vh; border: 0"
      loading="lazy" referrerpolicy="no-referrer" allow="fullscreen"></iframe>
    #{script}
    </html>
  HTML
end

# With cookies ("credentials: 'include'") browsers want the one origin by name.
CORS = {
  "Access-Control-Allow-Origin" => ALLOWED_ORIGIN || "*",
  "Access-Control-Allow-Methods" => "GET, OPTIONS",
  "Access-Control-Allow-Headers" => "Content-Type"
}.tap { |headers| headers["Access-Control-Allow-Credentials"] = "true" if ALLOWED_ORIGIN }

# In your application: only for a visitor who is signed in and may see this dashboard.
def answer(method, path)
  case [method, path]
  when ["GET", "/"]
    # First way: the page asks for a signed URL when it loads.
    [200, { "Content-Type" => "text/html; charset=utf-8" }, page(script: FETCHING_SCRIPT)]
  when ["GET", "/server-rendered"]
    # Second way: the server writes the signed URL into the page.
    src = %(src="#{CGI.escapeHTML(signed_url(EMBED_URL, CREDENTIAL))}")
    [200, { "Content-Type" => "text/html; charset=utf-8" }, page(src: src)]
  when ["GET", "/api/embed-url"]
    body = JSON.generate(url: signed_url(EMBED_URL, CREDENTIAL))
    [200, { "Content-Type" => "application/json", **CORS }, body]
  when ["OPTIONS", "/api/embed-url"]
    [204, CORS, nil]
  else
    [404, { "Content-Type" => "text/plain" }, "Not found\n"]
  end
end

# Ruby's standard library has no HTTP server; Rails, Sinatra or Rack do this part for you.
def serve(socket)
  method, path = socket.gets("\n", 8192).to_s.split
  loop do
    line = socket.gets("\n", 8192)
    break if line.nil? || line.strip.empty?
  end
  status, headers, body = answer(method, path)
  headers = headers.merge("Cache-Control" => "no-store", "Connection" => "close")
  headers["Content-Length"] = body.bytesize if body
  head = headers.map { |name, value| "#{name}: #{value}\r\n" }.join
  socket.write("HTTP/1.1 #{status} #{status < 300 ? 'OK' : 'Not Found'}\r\n#{head}\r\n#{body}")
rescue SystemCallError, IOError
  nil # The browser went away.
ensure
  socket.close
end

if EMBED_URL.to_s.empty? || CREDENTIAL.to_s.empty?
  abort "Set CASEMENT_EMBED_URL and CASEMENT_EMBED_CREDENTIAL to the share's url and credential."
end
server = TCPServer.new("127.0.0.1", PORT)
puts "http://127.0.0.1:#{PORT}/"
loop { Thread.new(server.accept) { |socket| serve(socket) } }
