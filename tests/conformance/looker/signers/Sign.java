import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.StringJoiner;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Prints a signed embed URL for the description on standard input. Java's library has no JSON, so
 * a line is a name, a tab and a text: base_url, target, secret, algorithm, then the link's
 * parameters, each as JSON.
 */
public class Sign {
    // sign: begin
    static final SecureRandom RANDOM = new SecureRandom();
    static final List<String> SIGNED = List.of("nonce", "time", "session_length",
        "external_user_id", "permissions", "models", "group_ids", "external_group_id",
        "user_attributes", "access_filters");

    /** The values of `user` are JSON already: "\"user-4\"", "[\"access_data\"]". */
    static String signedEmbedUrl(String baseUrl, String target, String secret,
            Map<String, String> user, String algorithm) throws GeneralSecurityException {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        Map<String, String> values = new LinkedHashMap<>();
        values.put("nonce", '"' + HexFormat.of().formatHex(random) + '"');
        values.put("time", String.valueOf(Instant.now().getEpochSecond()));
        values.put("session_length", "300");
        values.put("access_filters", "{}");
        values.put("force_logout_login", "true");
        values.putAll(user);
        String path = "/login/embed/" + URLEncoder.encode(target, UTF_8);
        StringJoiner text = new StringJoiner("\n");
        text.add(URI.create(baseUrl).getAuthority()).add(path);
        for (String name : SIGNED) {
            if (values.containsKey(name)) text.add(values.get(name));
        }
        Mac mac = Mac.getInstance(algorithm);  // "HmacSHA256" or "HmacSHA1"
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), algorithm));
        byte[] digest = mac.doFinal(text.toString().getBytes(UTF_8));
        values.put("signature", Base64.getEncoder().encodeToString(digest));
        StringJoiner query = new StringJoiner("&", baseUrl + path + "?", "");
        values.forEach((name, value) -> query.add(name + "=" + URLEncoder.encode(value, UTF_8)));
        return query.toString();
    }
    // sign: end

    public static void main(String[] arguments) throws GeneralSecurityException {
        Map<String, String> given = new LinkedHashMap<>();
        Scanner lines = new Scanner(System.in, UTF_8);
        while (lines.hasNextLine()) {
            String[] pair = lines.nextLine().split("\t", 2);
            given.put(pair[0], pair[1]);
        }
        String baseUrl = given.remove("base_url");
        String target = given.remove("target");
        String secret = given.remove("secret");
        String algorithm = given.remove("algorithm").equals("sha-1") ? "HmacSHA1" : "HmacSHA256";
        System.out.println(signedEmbedUrl(baseUrl, target, secret, given, algorithm));
    }
}
