#include "gateway/issuer/oauth_request.h"

#include <gtest/gtest.h>

namespace tintype::gateway {
namespace {

const std::string kGood =
    "response_type=code&client_id=desk&redirect_uri=http%3A%2F%2F127.0.0.1%3A4567%2Fcb"
    "&state=a+b%26c&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    "&code_challenge_method=S256";

const OauthClients& clients() {
  static const OauthClients kClients({{.id = "desk", .redirect_uris = {"http://127.0.0.1/cb"}}});
  return kClients;
}

std::expected<AuthorizationRequest, AuthorizationRefusal> parse(const std::string& query) {
  return parse_authorization(*parse_form(query), clients());
}

std::string without(const std::string& name) {
  std::string query = "&" + kGood;
  const std::size_t begin = query.find("&" + name + "=");
  query.erase(begin, query.find('&', begin + 1) - begin);
  return query;
}

TEST(AuthorizationRequest, IsReadAsFormsAreWritten) {
  const auto request = parse(kGood);
  ASSERT_TRUE(request) << request.error().description;
  EXPECT_EQ(request->client_id, "desk");
  EXPECT_EQ(request->redirect_uri, "http://127.0.0.1:4567/cb");
  EXPECT_EQ(request->state, "a b&c");
  EXPECT_EQ(parse(without("state"))->state, "");
}

TEST(AuthorizationRequest, TellsNobodyWhereTheAddressIsNotKnown) {
  for (const std::string& query :
       {std::string(), without("client_id"), without("redirect_uri"), kGood + "&client_id=desk",
        kGood + "&redirect_uri=http%3A%2F%2Fevil.example", without("client_id") + "&client_id=web",
        without("redirect_uri") + "&redirect_uri=http%3A%2F%2F127.0.0.1.evil.example%2Fcb"}) {
    const auto request = parse(query);
    ASSERT_FALSE(request) << query;
    EXPECT_EQ(request.error().redirect_uri, "") << query;
  }
}

TEST(AuthorizationRequest, TellsTheApplicationWhatElseIsWrong) {
  const struct {
    const char* name;
    std::string query;
    const char* error;
  } cases[] = {
      {"no type", without("response_type"), "unsupported_response_type"},
      {"implicit", without("response_type") + "&response_type=token", "unsupported_response_type"},
      {"no challenge", without("code_challenge"), "invalid_request"},
      {"no method is plain", without("code_challenge_method"), "invalid_request"},
      {"plain", without("code_challenge_method") + "&code_challenge_method=plain",
       "invalid_request"},
      {"a challenge that is none", without("code_challenge") + "&code_challenge=abc",
       "invalid_request"},
      {"twice", kGood + "&code_challenge_method=plain", "invalid_request"},
      {"a scope", kGood + "&scope=openid", "invalid_scope"},
      {"a state of two lines", without("state") + "&state=a%0Ab", "invalid_request"},
      {"a state without end", without("state") + "&state=" + std::string(2001, 'a'),
       "invalid_request"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto request = parse(c.query);
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().error, c.error);
    EXPECT_EQ(request.error().redirect_uri, "http://127.0.0.1:4567/cb");
  }
  EXPECT_EQ(parse(without("response_type")).error().state, "a b&c");
}

TEST(AnswerUrl, AddsToWhatIsThere) {
  EXPECT_EQ(answer_url("https://a.example/cb", {{"code", "x"}, {"state", ""}, {"iss", "http://b"}}),
            "https://a.example/cb?code=x&iss=http%3A%2F%2Fb");
  EXPECT_EQ(answer_url("https://a.example/?a=b", {{"state", "c&d=\r\ne"}}),
            "https://a.example/?a=b&state=c%26d%3D%0D%0Ae");
}

TEST(ParseForm, RefusesWhatIsBroken) {
  EXPECT_FALSE(parse_form("a=%"));
  EXPECT_EQ(parameter(*parse_form("a=1+2%2B3&a=4"), "a"), "1 2+3");
  EXPECT_EQ(repeated(*parse_form("a=1&b=2&a=1")), "a");
  EXPECT_FALSE(repeated(*parse_form("a=1&b=2")));
}

}  // namespace
}  // namespace tintype::gateway
