import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Prints a signed link for the description on standard input. Java's library has no JSON, so a line
 * is a name, a tab and a text, and lists have commas: see sign.py for the names.
 */
public class Sign {
    // sign: begin
    static String keyHash(String key) throws GeneralSecurityException {
        String secret, salt;
        if (key.startsWith("glsa_")) {
            secret = key.split("_")[1];
            salt = key.split("_")[2];
        } else {  // with a JSON library, read its members "k" and "n" instead
            String json = new String(Base64.getDecoder().decode(key), UTF_8);
            Matcher parts = Pattern.compile("\"k\":\"(.*?)\",\"n\":\"(.*?)\"").matcher(json);
            if (!parts.find()) throw new IllegalArgumentException("no API key");
            secret = parts.group(1);
            salt = parts.group(2);
        }
        PBEKeySpec spec = new PBEKeySpec(secret.toCharArray(), salt.getBytes(UTF_8), 10000, 400);
        SecretKeyFactory factory = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256");
        return HexFormat.of().formatHex(factory.generateSecret(spec).getEncoded());
    }

    static String withParameters(String url, Object... pairs) {
        StringBuilder out = new StringBuilder(url);
        for (int i = 0; i < pairs.length; i += 2) {
            out.append(out.indexOf("?") < 0 ? "?" : "&").append(pairs[i]).append("=");
            out.append(URLEncoder.encode(pairs[i + 1].toString(), UTF_8));
        }
        return out.toString();
    }

    static String signV2(String url, String key, String name, long org, long session, long now)
            throws GeneralSecurityException {
        byte[] text = (keyHash(key) + "_" + now).getBytes(UTF_8);
        return withParameters(url, "aliyun_api_key_sign",
            HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text)),
            "aliyun_api_key_timestamp", now, "aliyun_api_key_name", name,
            "aliyun_api_key_org_id", org, "aliyun_api_key_expire_seconds", session);
    }

    /** The lines of one kind, sorted by name and then value, as bytes. */
    static List<String> lines(String kind, String query, List<String> names) {
        List<byte[]> found = new ArrayList<>();
        for (String pair : query.split("&")) {
            String[] parts = pair.split("=", 2);
            String name = URLDecoder.decode(parts[0], UTF_8);
            String value = parts.length < 2 ? "" : URLDecoder.decode(parts[1], UTF_8);
            if (name.startsWith("var-") && names.contains(name.substring(4))) {
                found.add((name.substring(4) + "\0" + value).getBytes(UTF_8));
            } else if (name.equals(kind)) {
                return List.of("panel:" + value);
            }
        }
        found.sort(Arrays::compareUnsigned);
        return found.stream()
            .map(line -> kind + ":" + new String(line, UTF_8).replace("\0", "=")).toList();
    }

    static String signV3(String url, String key, String name, long org, List<String> lock,
            List<String> bound, long session, long now, String nonce)
            throws GeneralSecurityException {
        String path = URI.create(url).getRawPath();
        String query = String.valueOf(URI.create(url).getRawQuery());
        long expires = now + 300;
        List<String> lines = new ArrayList<>(List.of("casement-grafana-v3", path, "" + org, name,
            "" + expires, "" + session, nonce));
        if (path.startsWith("/d-solo/")) lines.addAll(lines("panelId", query, List.of()));
        lines.addAll(lines("lock", query, lock));
        lines.addAll(lines("bound", query, bound));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(keyHash(key).getBytes(UTF_8), "HmacSHA256"));
        byte[] signature = mac.doFinal(String.join("\n", lines).getBytes(UTF_8));
        return withParameters(url, "casement_key", name, "casement_org", org,
            "casement_expires", expires, "casement_session", session,
            "casement_lock", String.join(",", lock), "casement_bound", String.join(",", bound),
            "casement_nonce", nonce, "casement_signature", HexFormat.of().formatHex(signature));
    }
    // sign: end

    public static void main(String[] arguments) throws GeneralSecurityException {
        Map<String, String> given = new HashMap<>();
        Scanner input = new Scanner(System.in, UTF_8);
        while (input.hasNextLine()) {
            String[] pair = input.nextLine().split("\t", 2);
            given.put(pair[0], pair[1]);
        }
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String nonce = given.getOrDefault("nonce", HexFormat.of().formatHex(random));
        long now = given.containsKey("now") ? Long.parseLong(given.get("now"))
                                            : Instant.now().getEpochSecond();
        long org = Long.parseLong(given.get("org"));
        long session = Long.parseLong(given.get("session"));
        System.out.println(given.get("version").equals("2")
            ? signV2(given.get("url"), given.get("key"), given.get("name"), org, session, now)
            : signV3(given.get("url"), given.get("key"), given.get("name"), org,
                list(given.get("lock")), list(given.get("bound")), session, now, nonce));
    }

    static List<String> list(String text) {
        return text == null || text.isEmpty() ? List.of() : List.of(text.split(","));
    }
}
