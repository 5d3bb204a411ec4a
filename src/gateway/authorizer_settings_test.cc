#include "gateway/authorizer_settings.h"

#include <gtest/gtest.h>

namespace tintype::gateway {
namespace {

constexpr const char* kIdentity =
    "[identity]\nissuer = \"https://issuer.example/pool\"\naudience = \"web\"\n";
const std::string kDigest(64, 'a');

Result<AuthorizerSettings> read(const std::string& text) {
  TRY_LET(config::Document document, config::Document::parse(text, "test.toml"));
  TRY_LET(AuthorizerSettings settings, read_authorizers(document.root()));
  TRY(document.finish());
  return settings;
}

std::string keys(const std::string& text) {
  return "[authorizer.ci]\ntype = \"api-key\"\n[[authorizer.ci.key]]\n" + text;
}

TEST(ReadAuthorizers, OfNothingAreTheEmbeddedIssuer) {
  const auto settings = read("");
  ASSERT_TRUE(settings);
  EXPECT_FALSE(settings->identity);
  EXPECT_TRUE(settings->named.empty());
}

TEST(ReadAuthorizers, ReadsEachKind) {
  const auto settings =
      read(std::string(kIdentity) + "clock_skew = \"1m\"\nclient_id = \"app\"\n" +
           "token_origin = \"https://auth.example\"\n" +
           "[authorizer.partners]\ntype = \"jwt\"\nissuer = \"http://127.0.0.1:9/x\"\n"
           "audiences = [\"a\", \"b\"]\nid_tokens = true\njwks_uri = \"http://127.0.0.1:9/keys\"\n"
           "[authorizer.lambda]\ntype = \"function\"\nfunction = \"check\"\ncache_ttl = \"5m\"\n"
           "identity_source = [\"$request.header.X\", \"$context.routeKey\"]\n" +
           keys("owner = \"ci\"\nkey_sha256 = \"" + kDigest + "\"\nscopes = [\"read\"]\n"));
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->identity->policy.issuer, "https://issuer.example/pool");
  EXPECT_EQ(settings->identity->policy.audiences, std::vector<std::string>{"web"});
  EXPECT_EQ(settings->identity->policy.clock_skew_max, std::chrono::seconds(60));
  EXPECT_FALSE(settings->identity->policy.id_tokens);
  EXPECT_EQ(settings->app.client_id, "app");
  EXPECT_EQ(settings->app.token_origin, "https://auth.example");
  const auto& jwt = std::get<JwtSettings>(settings->named.at("partners"));
  EXPECT_EQ(jwt.policy.audiences, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(jwt.policy.id_tokens);
  EXPECT_EQ(jwt.jwks_uri, "http://127.0.0.1:9/keys");
  const auto& function = std::get<FunctionAuthorizerSettings>(settings->named.at("lambda"));
  EXPECT_EQ(function.function, "check");
  EXPECT_EQ(function.sources.size(), 2U);
  EXPECT_EQ(function.cache_ttl, std::chrono::seconds(300));
  const auto& api_key = std::get<ApiKeySettings>(settings->named.at("ci"));
  EXPECT_EQ(api_key.keys[0].owner, "ci");
  EXPECT_EQ(api_key.keys[0].sha256.size(), 32U);
}

TEST(ReadAuthorizers, RefusesWithTheNameOfTheSetting) {
  const std::string jwt = "[authorizer.p]\ntype = \"jwt\"\n";
  const std::string function = "[authorizer.f]\ntype = \"function\"\nfunction = \"x\"\n";
  const std::string key = "key_sha256 = \"" + kDigest + "\"\n";
  const struct {
    const char* name;
    std::string text;
    const char* message;
  } cases[] = {
      {"an audience without issuer", "[identity]\naudience = \"web\"\n", "identity.audience"},
      {"no audience", "[identity]\nissuer = \"https://a.example\"\n", "identity.audience"},
      {"an empty audience", "[identity]\nissuer = \"https://a.example\"\naudience = \"\"\n",
       "identity.audience"},
      {"no audiences", "[identity]\nissuer = \"https://a.example\"\naudiences = []\n",
       "identity.audiences"},
      {"a token origin with a path", std::string(kIdentity) + "token_origin = \"https://a.b/c\"\n",
       "identity.token_origin"},
      {"a token origin over http", std::string(kIdentity) + "token_origin = \"http://a.example\"\n",
       "identity.token_origin"},
      {"a client without issuer", "[identity]\nclient_id = \"app\"\n", "identity.client_id"},
      {"both", std::string(kIdentity) + "audiences = [\"a\"]\n", "identity.audiences"},
      {"http", jwt + "issuer = \"http://a.example\"\naudience = \"a\"\n", "authorizer.p.issuer"},
      {"no URL", jwt + "issuer = \"a.example\"\naudience = \"a\"\n", "authorizer.p.issuer"},
      {"a query", jwt + "issuer = \"https://a.example?x\"\naudience = \"a\"\n",
       "authorizer.p.issuer"},
      {"keys over http", std::string(kIdentity) + "jwks_uri = \"http://a.example/k\"\n",
       "identity.jwks_uri"},
      {"too much skew", std::string(kIdentity) + "clock_skew = \"6m\"\n", "identity.clock_skew"},
      {"half a second", std::string(kIdentity) + "clock_skew = \"500ms\"\n", "identity.clock_skew"},
      {"no type", "[authorizer.p]\n", "authorizer.p.type"},
      {"an unknown type", "[authorizer.p]\ntype = \"none\"\n", "authorizer.p.type"},
      {"the name of another", "[authorizer.jwt]\ntype = \"jwt\"\n", "is taken"},
      {"the name of nobody", "[authorizer.none]\ntype = \"jwt\"\n", "is taken"},
      {"no function", "[authorizer.f]\ntype = \"function\"\n", "authorizer.f.function"},
      {"a source that is none", function + "identity_source = [\"x\"]\n",
       "authorizer.f.identity_source"},
      {"no sources", function + "identity_source = []\n", "authorizer.f.identity_source"},
      {"over an hour", function + "cache_ttl = \"3601s\"\n", "authorizer.f.cache_ttl"},
      {"no keys", "[authorizer.ci]\ntype = \"api-key\"\n", "authorizer.ci.key"},
      {"a plain key", keys("owner = \"ci\"\nkey = \"tt_secret\"\n" + key), "key"},
      {"no owner", keys(key), "owner"},
      {"an owner with a space", keys("owner = \"a b\"\n" + key), "owner"},
      {"a short digest", keys("owner = \"ci\"\nkey_sha256 = \"abcd\"\n"), "key_sha256"},
      {"a scope with a space", keys("owner = \"ci\"\nscopes = [\"a b\"]\n" + key), "scopes"},
      {"a key twice",
       keys("owner = \"ci\"\n" + key + "[[authorizer.ci.key]]\nowner = \"b\"\n" + key), "twice"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto settings = read(c.text);
    ASSERT_FALSE(settings);
    EXPECT_EQ(settings.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(settings.error().message.find(c.message), std::string::npos)
        << settings.error().message;
  }
}

TEST(ReadAuthorizers, KnowsNoSettingThatTurnsOneOff) {  // PITFALLS.md, 6.
  for (const char* setting :
       {"enabled = false", "disabled = true", "optional = true", "insecure = true",
        "verify = false", "skip = true", "algorithms = [\"none\"]", "development = true"})
    EXPECT_FALSE(read(std::string(kIdentity) + setting + "\n")) << setting;
}

}  // namespace
}  // namespace tintype::gateway
