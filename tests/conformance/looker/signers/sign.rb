# Prints a signed embed URL for the JSON description on standard input; see sign.py.

# sign: begin
require "cgi"
require "json"
require "openssl"
require "securerandom"
require "uri"

SIGNED = %w[nonce time session_length external_user_id permissions models
            group_ids external_group_id user_attributes access_filters].freeze

def signed_embed_url(base_url, target, secret, user, digest = "SHA256")
  parameters = {
    "nonce" => SecureRandom.hex(16),
    "time" => Time.now.to_i,
    "session_length" => 300,
    "access_filters" => {},
    "force_logout_login" => true
  }.merge(user)
  values = parameters.transform_values(&:to_json)
  path = "/login/embed/" + CGI.escape(target)
  lines = [base_url.sub(%r{\Ahttps?://}, ""), path] + values.values_at(*SIGNED).compact
  values["signature"] = [OpenSSL::HMAC.digest(digest, secret, lines.join("\n"))].pack("m0")
  "#{base_url}#{path}?#{URI.encode_www_form(values)}"
end
# sign: end

given = JSON.parse($stdin.read)
digest = { "sha-1" => "SHA1", "sha-256" => "SHA256" }.fetch(given["algorithm"])
puts signed_embed_url(given["base_url"], given["target"], given["secret"], given["user"], digest)
