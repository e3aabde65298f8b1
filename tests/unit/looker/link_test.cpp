#include "dialects/looker/link.h"

#include "base/encoding.h"
#include "base/url_query.h"
#include "dialects/looker/reasons.h"
#include "unit/looker/vectors.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::looker {
namespace {

using namespace std::chrono_literals;

const Time kNow = from_unix_seconds(1700000000);

std::string code_of(std::string_view target) {
    const auto link = parse_login_link(target);
    if (link) return "accepted";
    EXPECT_FALSE(link.error().message.empty());
    EXPECT_TRUE(std::ranges::any_of(
        reasons(), [&](const Reason& one) { return one.code == link.error().code; }));
    return std::string(link.error().code);
}

Error error_of(std::string_view target) {
    const auto link = parse_login_link(target);
    EXPECT_FALSE(link.has_value()) << target;
    return link ? Error{} : link.error();
}

SignedLogin read(std::string_view target) {
    const auto link = parse_login_link(target);
    if (!link) {
        ADD_FAILURE() << target << ": " << link.error().message;
        return {};
    }
    return std::get<SignedLogin>(*link);
}

Result<std::int64_t> verified(const SignedLogin& link, std::string_view host,
                              std::string_view secret, Algorithm algorithm = Algorithm::sha1) {
    const Secret key{std::string(secret)};
    const std::vector<EmbedSecretView> secrets = {{7, algorithm, &key, true, {}}};
    return verify_signature(link, host, secrets, kNow);
}

/// V2 with one parameter's encoded text replaced, added, or (nullopt) taken out.
std::string with(std::string_view name, std::optional<std::string> encoded) {
    std::string out(kV2.substr(0, kV2.find('?')));
    char separator = '?';
    bool done = false;
    const auto add = [&](std::string_view key, std::string_view value) {
        out.push_back(separator);
        out.append(key).append("=").append(value);
        separator = '&';
    };
    for (const auto& [key, value] : split_query(kV2.substr(kV2.find('?') + 1))) {
        if (key != name) {
            add(key, value);
        } else {
            done = true;
            if (encoded) add(key, *encoded);
        }
    }
    if (!done && encoded) add(name, *encoded);
    return out;
}
std::string with_json(std::string_view name, std::string_view json) {
    return with(name, percent_encode(json));
}

TEST(LookerLink, EveryKnownLinkVerifiesUnderItsSecretAndAlgorithm) {
    for (const auto& vector : vectors()) {
        for (const auto& [algorithm, signature] : {std::pair(Algorithm::sha1, vector.sha1),
                                                   std::pair(Algorithm::sha256, vector.sha256)}) {
            if (signature.empty()) continue;
            const auto link = read(target_of(vector.texts, signature));
            const auto id = verified(link, vector.host, vector.secret, algorithm);
            ASSERT_TRUE(id.has_value()) << vector.name;
            EXPECT_EQ(*id, 7);
            const auto other = algorithm == Algorithm::sha1 ? Algorithm::sha256 : Algorithm::sha1;
            EXPECT_FALSE(verified(link, vector.host, vector.secret, other).has_value());
            EXPECT_FALSE(verified(link, vector.host, "another", algorithm).has_value());
            EXPECT_FALSE(verified(link, "other.example", vector.secret, algorithm).has_value());
        }
    }
}

TEST(LookerLink, ReadsTheWholeFirstUrl) {
    const auto link = read(kV1);
    EXPECT_TRUE(verified(link, "analytics.example.com:9999", "secret123").has_value());
    EXPECT_EQ(link.values.nonce, "0123456789abcdef0123456789abcdef");
    EXPECT_EQ(link.values.time, 1700000000s);
    EXPECT_EQ(link.values.session_length, 900s);
    EXPECT_EQ(link.values.external_user_id, "user-4");
    EXPECT_EQ(link.values.permissions,
              (std::vector<std::string>{"access_data", "see_looks", "see_user_dashboards"}));
    EXPECT_EQ(link.values.models, (std::vector<std::string>{"model_one", "model_two"}));
    EXPECT_EQ(link.values.group_ids, (std::vector<std::string>{"4", "3"}));
    EXPECT_EQ(link.values.external_group_id, "Allegra K");
    EXPECT_EQ(link.values.user_attributes.at("company"), "xactness");
    EXPECT_EQ(link.values.first_name, "Alice");
    EXPECT_EQ(link.values.last_name, "Jones");
    EXPECT_EQ(link.values.user_timezone, "US/Pacific");
    EXPECT_TRUE(link.values.force_logout_login);
    EXPECT_EQ(link.target.kind, ContentKind::dashboard);
    EXPECT_EQ(link.target.id, "42");
    EXPECT_EQ(link.target.embed_domain, "https://app.example.com");
    EXPECT_EQ(link.target.sdk, "3");
    EXPECT_FALSE(link.outer_sdk.has_value());
}

TEST(LookerLink, ReadsTheMinimalUrl) {
    const auto link = read(kV2);
    EXPECT_TRUE(verified(link, "localhost:9443", "secret123").has_value());
    EXPECT_FALSE(link.texts.group_ids.has_value());
    EXPECT_FALSE(link.values.force_logout_login);
    EXPECT_TRUE(link.values.first_name.empty());
    EXPECT_TRUE(link.values.user_timezone.empty());
}

TEST(LookerLink, ReadsTheFormThatTheSdkMakesOfASignedUrl) {
    const std::string added = "&embed_domain=https://host.example:8080&sdk=3&sandboxed_host=true";
    for (const auto& [target, host] :
         {std::pair(kV1, "analytics.example.com:9999"), std::pair(kV2, "localhost:9443")}) {
        // The SDK writes the query again: spaces as '+', and other characters escaped.
        auto rewritten = "/embed" + std::string(target) + added;
        for (std::size_t at = 0; (at = rewritten.find("%20", at)) != std::string::npos;)
            rewritten.replace(at, 3, "+");
        const auto link = read(rewritten);
        EXPECT_TRUE(verified(link, host, "secret123").has_value()) << target;
        EXPECT_EQ(link.texts.path, target.substr(0, target.find('?')));
        EXPECT_EQ(link.outer_embed_domain, "https://host.example:8080");
        EXPECT_EQ(link.outer_sdk, "3");
    }
    // Copied into the page's URL where that has none of its own.
    EXPECT_EQ(to_location(read("/embed" + std::string(kV2) + added).target),
              "/embed/dashboards/1?embed_domain=https%3A%2F%2Fhost.example%3A8080&sdk=3");
    EXPECT_EQ(read("/embed" + std::string(kV1) + added).target.embed_domain,
              "https://app.example.com");
    EXPECT_EQ(code_of("/embed" + std::string(kV2) + added + "&theme=x"), kParameterUnknown);
    EXPECT_EQ(code_of("/embed" + std::string(kV2) + added + "&sdk=2"), kParameterDuplicate);
    EXPECT_EQ(code_of("/embed" + std::string(kV2) + "&embed_domain=a%0Ab"), kParameterInvalid);
    EXPECT_EQ(code_of("/embed/embed" + std::string(kV2)), kLinkMalformed);
}

TEST(LookerLink, SignsOverTheRawPathHoweverItIsEncoded) {
    for (const std::string_view path :
         {"embed%2Fdashboards%2F1527", "%2Fembed%2Fdashboards%2F1527",
          "%2fembed%2fdashboards%2f1527", "embed/dashboards/1527", "/embed/dashboards/1527",
          "%2Fembed%2Fdashboards%2F1527%3FState%3DA+B",
          "%2Fembed%2Fdashboards%2F1527%3FState=A%20B",
          "%2Fembed%2Fdashboards%2F1527%3FState%3DA%252520B",
          "%2Fembed%2Fdashboards%2F1527%3Fa%3D!'()*$@:&b=%7E",
          "%2Fembed%2Fsso%2Fdashboards%2F1527"}) {
        auto texts = short_texts(R"("n")", R"("u")");
        texts.path = std::string(kLoginPath) + std::string(path);
        const auto target =
            target_of(texts, sign(Algorithm::sha1, "k", string_to_sign("h", texts)));
        const auto link = read(target);
        EXPECT_TRUE(verified(link, "h", "k").has_value()) << path;
        EXPECT_EQ(link.target.id, "1527") << path;
    }
    auto texts = short_texts(R"("n")", R"("u")");
    texts.path += "%3FState%3DA+B";
    EXPECT_EQ(read(target_of(texts, vectors()[0].sha1)).target.filters.at(0).second, "A B");
}

TEST(LookerLink, RefusesAnEmbedPathThatLeadsElsewhere) {
    for (const std::string_view path :
         {"%2F%2Fevil.example", "https%3A%2F%2Fevil.example", "%2Fembed%2F..%2Fadmin",
          "%5Cembed%5Cx", "%2Fembed%2F%252e%252e%2Fx", "%2Fdashboards%2F1", "%2F",
          "%2Fembed%2Flogin%2Fembed%2Fx", "%2Fembed%2Fa%0Ab", "%2Fembed%2Fa%00"}) {
        auto texts = short_texts(R"("n")", R"("u")");
        texts.path = std::string(kLoginPath) + std::string(path);
        EXPECT_EQ(code_of(target_of(texts, vectors()[0].sha1)), kTargetRefused) << path;
    }
}

TEST(LookerLink, RefusesWhatIsNoLoginLink) {
    const std::string query(kV2.substr(kV2.find('?')));
    for (const std::string_view path :
         {"", "/", "/login", "/login/embed", "/login/embed/", "/login/embedx/a", "/Login/embed/a",
          "//login/embed/a", "login/embed/a", "/login/embed/%zz", "/login/embed/a b",
          "/login/embed/a\\b", "/login/embed/%2Fembed%2", "/login/embed/\xC3\xA9",
          "/embed/dashboards/1", "https://h/login/embed/%2Fembed%2Fdashboards%2F1"}) {
        EXPECT_EQ(code_of(std::string(path) + query), kLinkMalformed) << path;
    }
    EXPECT_EQ(code_of(std::string(kV2) + "#x"), kLinkMalformed);
    EXPECT_EQ(code_of(std::string(kV2) + "&first_name=%"), kLinkMalformed);
    EXPECT_EQ(code_of(std::string(kV2) + "&%zz=1"), kLinkMalformed);
    EXPECT_EQ(code_of(std::string(kV2) + "&first_name=\"Zo\xC3\xAB\""), kLinkMalformed);
    EXPECT_TRUE(is_login_link(kV1));
    EXPECT_TRUE(is_login_link("/embed/login/embed/x"));
    EXPECT_FALSE(is_login_link("/embed/dashboards/1"));
}

TEST(LookerLink, RefusesEndlessLinks) {
    const auto name = [](std::size_t length) {
        return with_json("user_attributes", R"({"a":")" + std::string(length, 'x') + "\"}");
    };
    const auto room = kMaxLinkLength - name(0).size();
    EXPECT_EQ(code_of(name(room)), "accepted");
    EXPECT_EQ(code_of(name(room + 1)), kLinkMalformed);
    auto texts = short_texts(R"("n")", R"("u")");
    texts.path = std::string(kLoginPath) + std::string(kMaxPathLength, 'a');
    EXPECT_EQ(code_of(target_of(texts, vectors()[0].sha1)), kLinkMalformed);
}

TEST(LookerLink, TellsInTheVendorsWordsWhatIsMissingAndWhatIsUnknown) {
    for (const auto& parameter : parameters()) {
        if (!parameter.required) continue;
        const auto error = error_of(with(parameter.name, std::nullopt));
        EXPECT_EQ(error.code, kParameterMissing);
        EXPECT_EQ(error.message, "Missing required parameter: " + std::string(parameter.name));
        EXPECT_EQ(error.field, parameter.name);
    }
    const auto error = error_of(std::string(kV2) + "&embed_domain=https%3A%2F%2Fa.example");
    EXPECT_EQ(error.code, kParameterUnknown);
    EXPECT_EQ(error.message, R"(This request includes invalid params: ["embed_domain"])");
    EXPECT_EQ(error.field, "embed_domain");
    EXPECT_EQ(error_of(std::string(kV2) + "&sdk=3&%22%0A=1&%FF=2").message,
              R"(This request includes invalid params: ["\"\n", "sdk", "?"])");
    EXPECT_EQ(code_of(std::string(kV2) + "&Time=1700000000"), kParameterUnknown);
    EXPECT_EQ(code_of(std::string(kV2) + "&=1"), kParameterUnknown);
}

TEST(LookerLink, RefusesAParameterThatComesTwice) {
    for (const auto& [name, value] : split_query(kV2.substr(kV2.find('?') + 1))) {
        const auto pair = std::string(name) + "=" + std::string(value);
        EXPECT_EQ(code_of(std::string(kV2) + "&" + pair), kParameterDuplicate) << name;
        EXPECT_EQ(code_of(std::string(kV2) + "&" + std::string(name)), kParameterDuplicate);
        const auto escaped = "%" + to_hex(pair.substr(0, 1)) + pair.substr(1);
        EXPECT_EQ(code_of(std::string(kV2) + "&" + escaped), kParameterDuplicate) << escaped;
    }
}

TEST(LookerLink, EveryValueHasItsTypeAndItsLimits) {
    struct Case {
        std::string_view name;
        std::vector<std::string> good, bad;
    };
    const std::string n254(254, 'n'), n255(255, 'n'), n256(256, 'n');
    const std::string deep = std::string(40, '[') + std::string(40, ']');
    const auto quoted = [](const std::string& text) { return "\"" + text + "\""; };
    for (const auto& one : std::vector<Case>{
             {"nonce",
              {R"("a")", R"("a b")", R"("\u0041")", quoted(n254)},
              {"abc", "1", "null", R"("")", quoted(n255), R"(["a"])", "", R"("a\u0000")",
               R"("a\n")", "\"a\n\"", R"("a"x)", R"("\ud800")"}},
             {"time",
              {"0", "999999999999"},
              {"-1", "1.5", "1e9", "01", R"("1700000000")", "1700000000000", "", "3,600", " 1",
               "1 ", "null", "+1", "0x1"}},
             {"session_length",
              {"0", "2592000"},
              {"2592001", "-1", "3,600", R"("300")", "300.0", "null", ""}},
             {"external_user_id",
              {"57", R"("57")", R"("zo\u00eb")", "-5", "18446744073709551615", quoted(n255)},
              {"", R"("")", "null", "true", "5.5", "1e3", "user", "[57]", "{}", quoted(n256),
               R"("a\u0007")", "99999999999999999999999"}},
             {"permissions",
              {"[]", R"(["a", "b"])", R"([ "a" ])"},
              {"", "null", "{}", R"("a")", "[1]", "[null]", R"([["a"]])", R"([""])", "a,b",
               R"(["a",])", "['a']", "[\"a\",\n\"b\"]", deep}},
             {"models", {"[]", R"(["m"])"}, {"null", "[true]", R"(["m)", R"([{"a":1}])"}},
             {"group_ids",
              {"[]", "[5, 4]", R"(["5", 4])"},
              {"null", "5", "[5.5]", "[null]", "[true]", R"("5")", "[[5]]"}},
             {"external_group_id",
              {"null", R"("")", quoted(std::string(81, 'g'))},
              {quoted(std::string(82, 'g')), "5", "[]", "g", "true"}},
             {"user_attributes",
              {"{}", R"({"a":"1","b":""})", R"({"a":"line\nbreak"})"},
              {"null", "[]", R"({"a":1})", R"({"a":null})", R"({"a":true})", R"({"a":["x"]})",
               R"({"a":"1","a":"2"})", R"({"a":"1","\u0061":"2"})", R"({"":"1"})",
               R"({"a":"\u0000"})", R"({"a":"1"} {})"}},
             {"access_filters",
              {"{}", R"({"m": {"id": 1}})"},
              {"null", "[]", "", R"({"a":1,"a":2})", R"({"a":)" + deep + "}"}},
             {"first_name",
              {"null", R"("")", R"("Zoë")"},
              {"Alice", "5", quoted(n256), R"("a\nb")", "\"\xFF\""}},
             {"last_name", {"null"}, {"Jones", "true"}},
             {"user_timezone", {"null", R"("")", R"("US/Pacific")"}, {"US/Pacific", "0"}},
             {"force_logout_login",
              {"true", "false"},
              {"", "null", "1", "0", R"("true")", "True", "TRUE", " true"}},
             {"signature",
              {"5Zicz1sdiwPmW5/61pYhM7yx3cg=", "0p1dVl9dyIv4tpExzKKJzlNRV3iLFkXdZ05+cO1ZP7w="},
              {"", "5Zicz1sdiwPmW5/61pYhM7yx3cg", "5Zicz1sdiwPmW5_61pYhM7yx3cg=",
               "5Zicz1sdiwPmW5/61pYhM7yx3ch=", "5Zicz1sdiwPmW5/61pYhM7yx3cg=\n",
               "5Zicz1sdiwPmW5/61pYhM7yx3c==", "5Zicz1sdiwPmW5 61pYhM7yx3cg=", "YWJj",
               "e5989ccf5b1d8b03e65b9ffad6962133bcb1ddc8", "===="}},
         }) {
        for (const auto& text : one.good)
            EXPECT_EQ(code_of(with_json(one.name, text)), "accepted") << one.name << " " << text;
        for (const auto& text : one.bad) {
            const auto error = error_of(with_json(one.name, text));
            EXPECT_EQ(error.code, kParameterInvalid) << one.name << " " << text;
            EXPECT_EQ(error.field, one.name);
        }
    }
}

TEST(LookerLink, ABareNumberAndItsTextAreTheSameUser) {
    EXPECT_EQ(read(with_json("external_user_id", "57")).values.external_user_id, "57");
    EXPECT_EQ(read(with_json("external_user_id", R"("57")")).values.external_user_id, "57");
    EXPECT_EQ(read(with_json("group_ids", R"([5, "4"])")).values.group_ids,
              (std::vector<std::string>{"5", "4"}));
}

TEST(LookerLink, NullsOfThePythonSampleAreAbsentValues) {
    auto target = with_json("external_group_id", "null");
    target += "&first_name=null&last_name=null&user_timezone=null";
    const auto link = read(target);
    EXPECT_EQ(link.values.external_group_id, "");
    EXPECT_EQ(link.values.first_name, "");
    EXPECT_EQ(link.values.user_timezone, "");
    EXPECT_EQ(link.texts.external_group_id, "null");  // but its line is signed
}

TEST(LookerLink, NamesAndTimeZoneAreNotSigned) {
    auto target =
        std::string(kV2) + "&first_name=%22A%22&last_name=%22B%22&user_timezone=%22UTC%22";
    EXPECT_TRUE(verified(read(target), "localhost:9443", "secret123").has_value());
}

TEST(LookerLink, AnAbsentParameterIsNotTheSameAsAnEmptyOne) {
    for (const auto& [name, empty] :
         {std::pair("group_ids", "[]"), std::pair("external_group_id", R"("")"),
          std::pair("user_attributes", "{}")}) {
        EXPECT_FALSE(
            verified(read(with_json(name, empty)), "localhost:9443", "secret123").has_value());
    }
}

TEST(LookerLink, OptionalLinesCannotBeTakenForEachOther) {
    // The signed text has no names in it, so a value may only be where its type belongs: a link
    // with one optional line must not read as a link with another.
    const auto line = std::pair("group_ids", R"(["x"])");
    EXPECT_EQ(code_of(with_json("external_group_id", line.second)), kParameterInvalid);
    EXPECT_EQ(code_of(with_json("user_attributes", line.second)), kParameterInvalid);
    EXPECT_EQ(code_of(with_json("group_ids", "null")), kParameterInvalid);
    EXPECT_EQ(code_of(with_json("user_attributes", "null")), kParameterInvalid);
    EXPECT_EQ(code_of(with_json("access_filters", "{}\n{}")), kParameterInvalid);
    EXPECT_EQ(code_of(with_json("nonce", "\"n1\"\n1700000000")), kParameterInvalid);
}

TEST(LookerLink, TriesEveryEnabledSecretByItsOwnAlgorithm) {
    const auto link = read(kV2);
    const Secret right("secret123"), wrong("another"), empty;
    const std::string host = "localhost:9443";
    const auto id = [&](std::vector<EmbedSecretView> secrets) -> std::string {
        const auto result = verify_signature(link, host, secrets, kNow);
        return result ? std::to_string(*result) : std::string(result.error().code);
    };
    EXPECT_EQ(id({}), kSignatureInvalid);
    EXPECT_EQ(id({{1, Algorithm::sha1, &wrong, true, {}}, {2, Algorithm::sha1, &right, true, {}}}),
              "2");
    EXPECT_EQ(id({{2, Algorithm::sha256, &right, true, {}}}), kSignatureInvalid);
    EXPECT_EQ(id({{2, Algorithm::sha1, &right, false, {}}}), kSecretDisabled);
    EXPECT_EQ(id({{2, Algorithm::sha1, &right, true, kNow}}), kSecretDisabled);
    EXPECT_EQ(id({{2, Algorithm::sha1, &right, true, kNow + 1s}}), "2");
    // The same text under two ids, one of them disabled: the other one still signs.
    EXPECT_EQ(id({{2, Algorithm::sha1, &right, false, {}}, {3, Algorithm::sha1, &right, true, {}}}),
              "3");
    EXPECT_EQ(id({{2, Algorithm::sha1, &empty, true, {}}, {3, Algorithm::sha1, nullptr, true, {}}}),
              kSignatureInvalid);
}

TEST(LookerLink, AnEmptySecretVerifiesNothing) {
    const auto vector = vectors()[3];
    const auto text = string_to_sign(vector.host, vector.texts);
    const auto link = read(target_of(vector.texts, sign(Algorithm::sha1, "", text)));
    EXPECT_FALSE(verified(link, vector.host, "").has_value());
}

TEST(LookerLink, WhatIsMadeIsReadBackAndVerifies) {
    EXPECT_TRUE(rc::check([] {
        const auto text = [](std::size_t min) {
            return *rc::gen::suchThat(
                rc::gen::container<std::string>(rc::gen::element('a', 'Z', '"', '\\', '/', '+', ' ',
                                                                 '%', '&', '=', '\'', '?', '#', '|',
                                                                 '~', '{', ']', ',', ':')),
                [=](const std::string& one) { return one.size() >= min && one.size() <= 80; });
        };
        LoginParameters made;
        made.base_url = "https://dash.example:8443";
        made.target = "/embed/dashboards/42?State=" + percent_encode(text(0));
        made.nonce = text(1);
        made.time = *rc::gen::inRange<std::int64_t>(0, 999'999'999'999);
        made.session_length = std::chrono::seconds(*rc::gen::inRange(0, 2592001));
        made.external_user_id = text(1) + "ë";
        made.permissions = {text(1), "access_data"};
        if (*rc::gen::arbitrary<bool>()) made.group_ids = std::vector<std::string>{text(1)};
        if (*rc::gen::arbitrary<bool>()) made.external_group_id = text(0);
        if (*rc::gen::arbitrary<bool>())
            made.user_attributes = std::map<std::string, std::string>{{text(1), text(0) + "\n"}};
        if (*rc::gen::arbitrary<bool>()) made.first_name = text(0);
        made.force_logout_login = *rc::gen::arbitrary<bool>();
        const auto key = *rc::gen::nonEmpty<std::string>();
        const auto algorithm = *rc::gen::element(Algorithm::sha1, Algorithm::sha256);
        RC_ASSERT(signing_problem(made, key) == std::nullopt);
        const auto url = make_login_url(made, key, algorithm);
        const auto parsed = parse_login_link(std::string_view(url).substr(made.base_url.size()));
        RC_ASSERT(parsed.has_value());
        const auto& link = std::get<SignedLogin>(*parsed);
        RC_ASSERT(link.values.nonce == made.nonce);
        RC_ASSERT(link.values.time.count() == made.time);
        RC_ASSERT(link.values.session_length == made.session_length);
        RC_ASSERT(link.values.external_user_id == made.external_user_id);
        RC_ASSERT(link.values.permissions == made.permissions);
        RC_ASSERT(link.values.models.empty());
        RC_ASSERT(link.values.group_ids == made.group_ids.value_or(std::vector<std::string>{}));
        RC_ASSERT(link.values.external_group_id == made.external_group_id.value_or(""));
        RC_ASSERT((!made.user_attributes || link.values.user_attributes == *made.user_attributes));
        RC_ASSERT(link.values.first_name == made.first_name.value_or(""));
        RC_ASSERT(link.values.force_logout_login == made.force_logout_login);
        RC_ASSERT(verified(link, "dash.example:8443", key, algorithm).has_value());
        RC_ASSERT(!verified(link, "dash.example:8443", key + "x", algorithm).has_value());
        RC_ASSERT(!verified(link, "dash.example", key, algorithm).has_value());
    }));
}

TEST(LookerLink, NoChangedByteOfTheSignedPartsVerifies) {
    auto texts = vectors()[2].texts;
    const auto target = target_of(texts, vectors()[2].sha1, "");
    const std::string rest = "&force_logout_login=true";
    EXPECT_TRUE(rc::check([&] {
        auto changed = target;
        const auto at = *rc::gen::inRange<std::size_t>(0, changed.size());
        const auto byte =
            *rc::gen::oneOf(rc::gen::arbitrary<char>(),
                            rc::gen::elementOf(std::string("0123456789abcdefABCDEF%+&=")));
        RC_PRE(changed[at] != byte);
        changed[at] = byte;
        const auto link = parse_login_link(changed + rest);
        if (!link || !std::holds_alternative<SignedLogin>(*link)) return;
        const auto& read_link = std::get<SignedLogin>(*link);
        if (!verified(read_link, "analytics.example.com:9999", "secret123")) return;
        // Only another spelling of the very same parameters may still hold: %2c for %2C.
        RC_ASSERT(read_link.texts.path == texts.path);
        RC_ASSERT(string_to_sign(read_link, "h") == string_to_sign("h", texts));
        RC_ASSERT(read_link.signature == vectors()[2].sha1);
    }));
}

TEST(LookerLink, NeverThrowsOnAnyBytes) {
    EXPECT_TRUE(rc::check([](const std::string& bytes) {
        RC_ASSERT(!parse_login_link(bytes));
        (void)parse_login_link("/login/embed/" + bytes);
        const auto link = parse_login_link(std::string(kV2) + "&first_name=" + bytes);
        if (link) RC_ASSERT(std::holds_alternative<SignedLogin>(*link));
    }));
}

TEST(LookerLink, ACookielessLoginHasItsTokenAndNothingElse) {
    const std::string path = "/login/embed/%2Fembed%2Fdashboards%2F5%3Fa%3Db%26sdk%3D3";
    const auto link = parse_login_link(path + "?embed_authentication_token=eyJ.a-b_c%3D");
    ASSERT_TRUE(link.has_value());
    const auto& login = std::get<CookielessLogin>(*link);
    EXPECT_EQ(login.authentication_token, "eyJ.a-b_c=");
    EXPECT_EQ(login.target.id, "5");
    EXPECT_EQ(login.target.sdk, "3");
    EXPECT_EQ(code_of(path + "?embed_authentication_token="), kParameterInvalid);
    EXPECT_EQ(code_of(path + "?embed_authentication_token=a%20b"), kParameterInvalid);
    EXPECT_EQ(code_of(path + "?embed_authentication_token=" + std::string(2049, 'a')),
              kParameterInvalid);
    EXPECT_EQ(code_of(path + "?embed_authentication_token=a&embed_authentication_token=b"),
              kParameterDuplicate);
    EXPECT_EQ(code_of(path + "?embed_authentication_token=a&nonce=%22n%22"), kLinkMalformed);
    EXPECT_EQ(code_of(std::string(kV2) + "&embed_authentication_token=a"), kLinkMalformed);
    EXPECT_EQ(code_of("/login/embed/%2F%2Fevil?embed_authentication_token=a"), kTargetRefused);
}

TEST(LookerLink, OpensWithinFiveMinutesOfItsTime) {
    const auto link = read(kV2);
    for (const auto off : {0s, 300s, -300s})
        EXPECT_EQ(check_window(link, kNow + off), std::nullopt);
    const auto late = check_window(link, kNow + 301s);
    ASSERT_TRUE(late.has_value());
    EXPECT_EQ(late->code, kLinkExpired);
    EXPECT_EQ(http_status(late->kind), 410);
    const auto early = check_window(link, kNow - 301s);
    ASSERT_TRUE(early.has_value());
    EXPECT_EQ(early->code, kLinkNotYetValid);
    EXPECT_EQ(http_status(early->kind), 403);
    EXPECT_NE(
        early->message.find("'time' param is not within 5 minutes of the server's system time"),
        std::string::npos);
    EXPECT_EQ(check_window(read(with("time", "999999999999")), kNow)->code, kLinkNotYetValid);
    EXPECT_EQ(check_window(read(with("time", "0")), kNow)->code, kLinkExpired);
}

}  // namespace
}  // namespace casement::looker
