# Prints a signed link for the JSON description on standard input; see sign.py.

# sign: begin
require "json"
require "openssl"
require "securerandom"
require "uri"

def key_hash(key)
  _, secret, salt = key.split("_")
  secret, salt = JSON.parse(key.unpack1("m0")).values_at("k", "n") unless key.start_with?("glsa_")
  OpenSSL::KDF.pbkdf2_hmac(secret, salt: salt, iterations: 10_000, length: 50,
                                   hash: "SHA256").unpack1("H*")
end

def with_parameters(url, parameters)
  url + (url.include?("?") ? "&" : "?") + URI.encode_www_form(parameters)
end

def sign_v2(url:, key:, name:, org:, session: 3600, now: Time.now.to_i)
  with_parameters(url,
                  "aliyun_api_key_sign" => OpenSSL::Digest.hexdigest("MD5", "#{key_hash(key)}_#{now}"),
                  "aliyun_api_key_timestamp" => now, "aliyun_api_key_name" => name,
                  "aliyun_api_key_org_id" => org, "aliyun_api_key_expire_seconds" => session)
end

def sign_v3(url:, key:, name:, org:, lock: [], bound: [], session: 3600, now: Time.now.to_i,
            nonce: SecureRandom.hex(16))
  expires = now + 300
  path = URI(url).path
  query = URI.decode_www_form(URI(url).query.to_s).sort
  lines = ["casement-grafana-v3", path, org, name, expires, session, nonce]
  lines << "panel:#{query.to_h['panelId']}" if path.start_with?("/d-solo/")
  [["lock", lock], ["bound", bound]].each do |kind, names|
    chosen = query.select { |n, _| n.start_with?("var-") && names.include?(n[4..]) }
    lines += chosen.map { |n, v| "#{kind}:#{n[4..]}=#{v}" }
  end
  signature = OpenSSL::HMAC.hexdigest("SHA256", key_hash(key), lines.join("\n"))
  with_parameters(url,
                  "casement_key" => name, "casement_org" => org, "casement_expires" => expires,
                  "casement_session" => session, "casement_lock" => lock.join(","),
                  "casement_bound" => bound.join(","), "casement_nonce" => nonce,
                  "casement_signature" => signature)
end
# sign: end

given = JSON.parse($stdin.read, symbolize_names: true)
puts given.delete(:version) == 2 ? sign_v2(**given) : sign_v3(**given)
