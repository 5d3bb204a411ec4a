#include "gateway/issuer/identity_routes.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/json.h"
#include "gateway/jwt.h"
#include "gateway/test_gateway.h"

namespace tintype::gateway {
namespace {

using test::header;

constexpr const char* kJson = "application/json";
// https://www.rfc-editor.org/rfc/rfc7636#appendix-B
constexpr const char* kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr const char* kAsk =
    "response_type=code&client_id=desk&redirect_uri=http://127.0.0.1:4567/cb&state=xyz"
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

class IdentityRoutesTest : public ::testing::Test {
 protected:
  IdentityRoutesTest() {
    database_ = test::open_database(folder_);
    serve(test::kIssuer);
    EXPECT_TRUE(issuer_->credentials().save("sub-ada", "ada", Secret("right")));
  }

  void serve(const std::string& url) {
    served_.reset();
    IssuerSettings settings;
    settings.clients = {{.id = "desk", .redirect_uris = {"http://127.0.0.1/cb"}}};
    settings.sign_ups = *Rate::parse("2/h");
    issuer_ = *IssuerService::make(
        {.issuer = {.key_file = folder_.path() / "issuer.json",
                    .url = url,
                    .audience = test::kAudience},
         .settings = std::move(settings),
         .origins = {test::kOrigin}},
        {.database = *database_, .registry = registry_, .pool = pool_, .clock = clock_});
    served_ = std::make_unique<test::Served>(
        *gateway_handler(identity_routes(*issuer_), *Cors::make({test::kOrigin}), clock_));
  }

  http::ClientResponse post(const std::string& path, const std::string& body = {},
                            http::Headers headers = {}) {
    if (!body.empty() && !headers.has("Content-Type")) headers.add("Content-Type", kJson);
    return served_->send("POST", path, std::move(headers), body);
  }
  static std::string person(const std::string& name, const std::string& password) {
    return boost::json::serialize(boost::json::object{{"name", name}, {"password", password}});
  }
  http::ClientResponse sign_in(const std::string& name, const std::string& password,
                               http::Headers headers = {}) {
    return post("/auth/sign_in", person(name, password), std::move(headers));
  }
  http::ClientResponse form(const std::string& path, const std::string& body,
                            http::Headers headers = {}) {
    headers.add("Content-Type", "application/x-www-form-urlencoded");
    return post(path, body, std::move(headers));
  }

  /// "tintype_refresh=..." of an answer, as a browser would send it back.
  static http::Headers cookie_of(const http::ClientResponse& response) {
    const std::string set = header(response, "Set-Cookie");
    return {{"Cookie", set.substr(0, set.find(';'))}};
  }
  static std::string member(const http::ClientResponse& response, std::string_view name) {
    const auto object = parse_json_object(response.body);
    if (!object || !object->contains(name) || !object->at(name).is_string()) return "(none)";
    return std::string(object->at(name).as_string());
  }
  Result<Identity> identity_of(const std::string& token) {
    return verify_jwt(token, *crypto::KeySet::parse(issuer_->issuer().jwks_json()),
                      {.issuer = test::kIssuer, .audiences = {test::kAudience}}, clock_.now());
  }
  /// Through the form; where the browser is sent.
  http::ClientResponse authorize(const std::string& password = "right", bool with_cookie = true) {
    const auto shown = served_->send("GET", std::string("/oauth2/authorize?") + kAsk);
    EXPECT_EQ(shown.status, 200) << shown.body;
    const std::string mark = "name=\"form_token\" value=\"";
    const std::string token = shown.body.substr(shown.body.find(mark) + mark.size(), 43);
    return form("/oauth2/authorize",
                std::string(kAsk) + "&form_token=" + token + "&name=ada&password=" + password,
                with_cookie ? cookie_of(shown) : http::Headers{});
  }
  static std::string code_of(const http::ClientResponse& sent) {
    const std::string location = header(sent, "Location");
    const std::size_t begin = location.find("?code=") + 6;
    return location.substr(begin, location.find('&') - begin);
  }
  http::ClientResponse redeem(const std::string& code) {
    return form("/oauth2/token",
                "grant_type=authorization_code&client_id=desk&code=" + code +
                    "&redirect_uri=http://127.0.0.1:4567/cb&code_verifier=" + kVerifier);
  }

  test::Folder folder_;
  FixedClock clock_{test::kNow};
  metrics::Registry registry_;
  BlockingPool pool_{{.threads = 4, .waiting_max = 64}};
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<IssuerService> issuer_;
  std::unique_ptr<test::Served> served_;  // Last: ends before what it uses.
};

TEST_F(IdentityRoutesTest, SignsIn) {
  const auto response = sign_in("ada", "right");

  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  EXPECT_TRUE(header(response, "Set-Cookie").starts_with("tintype_refresh="));
  EXPECT_TRUE(header(response, "Set-Cookie")
                  .ends_with("; Path=/auth; Max-Age=1209600; HttpOnly; SameSite=Strict"));
  const auto answer = *parse_json_object(response.body);
  EXPECT_EQ(answer.at("token_type").as_string(), "Bearer");
  EXPECT_EQ(answer.at("sub").as_string(), "sub-ada");
  EXPECT_EQ(answer.at("expires_in").as_int64(), 900);
  EXPECT_FALSE(answer.contains("refresh_token")) << "no script sees it";
  const auto identity = identity_of(member(response, "access_token"));
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->subject, "sub-ada");
  EXPECT_EQ(identity->client_id, kOwnClient);
}

TEST_F(IdentityRoutesTest, SendsCookiesOverHttpsAloneWhereItHasIt) {
  serve("https://app.example.com");
  EXPECT_TRUE(header(sign_in("ada", "right"), "Set-Cookie").ends_with("; SameSite=Strict; Secure"));
  const auto shown = served_->send("GET", std::string("/oauth2/authorize?") + kAsk);
  EXPECT_TRUE(header(shown, "Set-Cookie").ends_with("; SameSite=Strict; Secure"));
}

TEST_F(IdentityRoutesTest, TellsNobodyWhichPartWasWrong) {
  const auto wrong = sign_in("ada", "wrong");
  const auto unknown = sign_in("bob", "right");

  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(unknown.status, 401);
  EXPECT_NE(header(wrong, "WWW-Authenticate"), "(none)");
  EXPECT_EQ(header(wrong, "Set-Cookie"), "(none)");
  const auto public_part = [](const http::ClientResponse& response) {
    auto problem = *parse_json_object(response.body);
    problem.erase("request_id");
    return boost::json::serialize(problem);
  };
  EXPECT_EQ(public_part(wrong), public_part(unknown));
  EXPECT_NE(wrong.body.find("wrong_credentials"), std::string::npos);
}

TEST_F(IdentityRoutesTest, RefusesWhatIsNoSignIn) {
  const struct {
    const char* name;
    std::string body;
    int status;
  } cases[] = {
      {"a list", R"(["ada","right"])", 400},
      {"no password", R"({"name":"ada"})", 400},
      {"no name", R"({"password":"right"})", 400},
      {"a number", R"({"name":"ada","password":1})", 400},
      {"null", R"({"name":null,"password":"right"})", 400},
      {"two passwords", R"({"name":"ada","password":"wrong","password":"right"})", 400},
      {"cut", R"({"name":"ada","password":"right")", 400},
      {"over 8 KiB", R"({"name":"ada","password":")" + std::string(8192, 'x') + "\"}", 413},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = post("/auth/sign_in", c.body);
    EXPECT_EQ(response.status, c.status) << response.body;
    EXPECT_EQ(header(response, "Content-Type"), "application/problem+json");
  }
  // What a form of any page can send without a preflight.
  for (const char* kind : {"text/plain", "application/x-www-form-urlencoded"})
    EXPECT_EQ(sign_in("ada", "right", {{"Content-Type", kind}}).status, 415) << kind;
}

TEST_F(IdentityRoutesTest, MakesWhoGuessesWaitAndLonger) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(sign_in("bob", "guess").status, 401);

  const auto refused = sign_in("bob", "guess");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(header(refused, "Retry-After"), "30");
  EXPECT_EQ(member(refused, "code"), "too_many_attempts");
  EXPECT_EQ(sign_in("BOB ", "guess").status, 429) << "it is the same name";
  EXPECT_EQ(sign_in("ada", "right").status, 200) << "others are not locked out";

  clock_.advance(std::chrono::seconds(30));
  EXPECT_EQ(sign_in("bob", "guess").status, 401);
  EXPECT_EQ(header(sign_in("bob", "guess"), "Retry-After"), "60");
}

TEST_F(IdentityRoutesTest, SignsUp) {
  const auto response = post("/auth/sign_up", person("Bob", "correct horse"));
  ASSERT_EQ(response.status, 201) << response.body;
  EXPECT_TRUE(identity_of(member(response, "access_token")));
  EXPECT_EQ(member(sign_in("bob", "correct horse"), "sub"), member(response, "sub"));
  EXPECT_EQ(post("/auth/refresh", {}, cookie_of(response)).status, 200);

  for (const char* name : {"bob", "BOB", "b\u043eb"}) {
    SCOPED_TRACE(name);
    const auto taken = post("/auth/sign_up", person(name, "correct horse"));
    // Also a try for a name that is taken counts: it would tell who is here.
    EXPECT_TRUE(taken.status == 409 || taken.status == 429) << taken.body;
  }
  const auto refused = post("/auth/sign_up", person("eve", "correct horse"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(header(refused, "Retry-After"), "1800");
}

TEST_F(IdentityRoutesTest, RefusesWhoCannotSignUp) {
  const struct {
    const char* name;
    std::string body;
    int status;
    const char* part;
  } cases[] = {
      {"short", person("bob", "1234567"), 422, "#/password"},
      {"the name", person("bob the builder", "Bob The Builder"), 422, "#/password"},
      {"no name", person("", "correct horse"), 422, "#/name"},
      {"what nobody sees", person("b\u200bob", "correct horse"), 422, "#/name"},
      {"more than is asked", R"({"name":"bob","password":"correct horse","sub":"ada"})", 422,
       "#/sub"},
      {"a list", "[]", 400, "invalid_request"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = post("/auth/sign_up", c.body);
    EXPECT_EQ(response.status, c.status) << response.body;
    EXPECT_NE(response.body.find(c.part), std::string::npos) << response.body;
  }
  EXPECT_EQ(post("/auth/sign_up", person("bob", "correct horse")).status, 201)
      << "what was refused took nothing";
}

TEST_F(IdentityRoutesTest, RefreshesByTheCookieAlone) {
  const auto first = sign_in("ada", "right");
  const auto second = post("/auth/refresh", {}, cookie_of(first));
  ASSERT_EQ(second.status, 200) << second.body;
  EXPECT_EQ(member(second, "sub"), "sub-ada");
  EXPECT_TRUE(identity_of(member(second, "access_token")));
  EXPECT_NE(header(second, "Set-Cookie"), header(first, "Set-Cookie"));

  EXPECT_EQ(member(post("/auth/refresh"), "code"), "refresh_refused");
  EXPECT_EQ(member(post("/auth/refresh", {}, {{"Cookie", "tintype_refresh=x"}}), "code"),
            "refresh_refused");
  clock_.advance(Sessions::kGrace * 2);
  EXPECT_EQ(post("/auth/refresh", {}, cookie_of(first)).status, 401);
  EXPECT_EQ(post("/auth/refresh", {}, cookie_of(second)).status, 401) << "the session has ended";
}

TEST_F(IdentityRoutesTest, RefusesPagesOfOthers) {
  const auto session = sign_in("ada", "right");
  auto headers = cookie_of(session);
  headers.add("Origin", "https://evil.example");
  EXPECT_EQ(member(post("/auth/refresh", {}, headers), "code"), "refresh_refused");
  EXPECT_EQ(member(post("/auth/sign_out", {}, headers), "code"), "foreign_page");
  EXPECT_EQ(sign_in("ada", "right", {{"Origin", "null"}}).status, 403);
  EXPECT_EQ(post("/auth/sign_up", person("bob", "correct horse"), headers).status, 403);

  headers.set("Origin", test::kOrigin);
  EXPECT_EQ(post("/auth/refresh", {}, headers).status, 200) << "and nothing happened";
}

TEST_F(IdentityRoutesTest, SignsOut) {
  const auto session = sign_in("ada", "right");
  const auto out = post("/auth/sign_out", {}, cookie_of(session));
  EXPECT_EQ(out.status, 204);
  EXPECT_TRUE(header(out, "Set-Cookie").starts_with("tintype_refresh=; Path=/auth; Max-Age=0;"));
  EXPECT_EQ(post("/auth/refresh", {}, cookie_of(session)).status, 401);
  EXPECT_EQ(post("/auth/sign_out").status, 204) << "nobody is signed out already";
}

TEST_F(IdentityRoutesTest, ASessionThatWasPlantedIsNotGoneOnWith) {
  const auto planted = sign_in("ada", "right");
  const auto mine = sign_in("ada", "right", cookie_of(planted));
  EXPECT_NE(header(mine, "Set-Cookie"), header(planted, "Set-Cookie"));
  EXPECT_EQ(post("/auth/refresh", {}, cookie_of(planted)).status, 401);
  EXPECT_EQ(post("/auth/refresh", {}, cookie_of(mine)).status, 200);
}

TEST_F(IdentityRoutesTest, GivesAnApplicationACodeForItsPkce) {
  const auto sent = authorize();
  ASSERT_EQ(sent.status, 303) << sent.body;
  const std::string location = header(sent, "Location");
  EXPECT_TRUE(location.starts_with("http://127.0.0.1:4567/cb?code=")) << location;
  EXPECT_TRUE(location.ends_with("&state=xyz&iss=http%3A%2F%2Flocalhost%3A8080")) << location;

  const auto answer = redeem(code_of(sent));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(header(answer, "Cache-Control"), "no-store");
  const auto identity = identity_of(member(answer, "access_token"));
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->client_id, "desk");
  const auto again =
      form("/oauth2/token", "grant_type=refresh_token&client_id=desk&refresh_token=" +
                                member(answer, "refresh_token"));
  ASSERT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(form("/oauth2/revoke", "client_id=desk&token=" + member(again, "refresh_token")).status,
            200);
  const auto ended =
      form("/oauth2/token", "grant_type=refresh_token&client_id=desk&refresh_token=" +
                                member(again, "refresh_token"));
  EXPECT_EQ(ended.status, 400);
  EXPECT_EQ(member(ended, "error"), "invalid_grant");
}

TEST_F(IdentityRoutesTest, SignsNobodyInByAFormOfOthers) {
  EXPECT_EQ(authorize("right", false).status, 403);
  EXPECT_EQ(authorize("wrong").status, 401);
  EXPECT_EQ(form("/oauth2/authorize", std::string(kAsk) + "&form_token=&name=ada&password=right",
                 {{"Cookie", "tintype_form="}})
                .status,
            403);
}

TEST_F(IdentityRoutesTest, RefusesTokensByRfc6749) {
  const struct {
    const char* name;
    std::string body;
    int status;
    const char* error;
  } cases[] = {
      {"nothing", "", 401, "invalid_client"},
      {"an unknown client", "grant_type=refresh_token&client_id=x&refresh_token=a", 401,
       "invalid_client"},
      {"a secret", "grant_type=refresh_token&client_id=desk&client_secret=x&refresh_token=a", 401,
       "invalid_client"},
      {"the app's own client", "grant_type=refresh_token&client_id=tintype&refresh_token=a", 401,
       "invalid_client"},
      {"no grant", "client_id=desk", 400, "invalid_request"},
      {"a password", "grant_type=password&client_id=desk&username=ada&password=right", 400,
       "unsupported_grant_type"},
      {"no code", "grant_type=authorization_code&client_id=desk", 400, "invalid_request"},
      {"a scope", "grant_type=refresh_token&client_id=desk&refresh_token=a&scope=b", 400,
       "invalid_scope"},
      {"an unknown token", "grant_type=refresh_token&client_id=desk&refresh_token=a", 400,
       "invalid_grant"},
      {"twice", "grant_type=refresh_token&client_id=desk&client_id=desk&refresh_token=a", 400,
       "invalid_request"},
      {"damaged", "a=%", 400, "invalid_request"},
      {"large", "a=" + std::string(9'000, 'a'), 400, "invalid_request"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = form("/oauth2/token", c.body);
    EXPECT_EQ(response.status, c.status) << response.body;
    EXPECT_EQ(member(response, "error"), c.error);
    EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  }
  EXPECT_EQ(member(post("/oauth2/token", "{}"), "error"), "invalid_request");
  EXPECT_EQ(member(form("/oauth2/revoke", "client_id=desk&token=a.b.c"), "error"),
            "unsupported_token_type");
  EXPECT_EQ(form("/oauth2/revoke", "client_id=desk&token=unknown").status, 200);
}

TEST_F(IdentityRoutesTest, PublishesItsKeysAsTheyAre) {
  const auto jwks = served_->send("GET", "/.well-known/jwks.json");
  EXPECT_EQ(jwks.status, 200);
  EXPECT_EQ(jwks.body, issuer_->issuer().jwks_json());
  EXPECT_EQ(header(jwks, "Cache-Control"), "public, max-age=300");
  ASSERT_TRUE(issuer_->issuer().keys().rotate(KeyRing::Reason::routine, clock_.now()));
  EXPECT_NE(served_->send("GET", "/.well-known/jwks.json").body, jwks.body);

  const auto metadata = served_->send("GET", "/.well-known/oauth-authorization-server");
  EXPECT_EQ(metadata.status, 200);
  EXPECT_EQ(metadata.body, served_->send("GET", "/.well-known/openid-configuration").body);
  EXPECT_EQ(served_->send("GET", "/auth/sign_in").status, 405);
}

}  // namespace
}  // namespace tintype::gateway
