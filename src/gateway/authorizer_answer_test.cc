#include "gateway/authorizer_answer.h"

#include <gtest/gtest.h>

namespace tintype::gateway {
namespace {

constexpr const char* kArn = "arn:aws:execute-api:eu-west-1:000000000000:app/$default/GET/pets/1";

std::string policy(const std::string& statements) {
  return R"({"principalId":"ada","policyDocument":{"Version":"2012-10-17","Statement":)" +
         statements + "}}";
}

TEST(AuthorizerAnswer, LetsPassWhomItNames) {
  const struct {
    const char* name;
    std::string text;
    bool allows;
  } cases[] = {
      {"simple", R"({"isAuthorized":true})", true},
      {"simple, denied", R"({"isAuthorized":false})", false},
      {"a policy",
       policy(R"([{"Effect":"Allow","Action":"execute-api:Invoke","Resource":")" +
              std::string(kArn) + "\"}]"),
       true},
      {"one statement", policy(R"({"Effect":"Allow","Action":"*","Resource":"*"})"), true},
      {"lists",
       policy(R"([{"Effect":"Allow","Action":["a:b","execute-api:*"],"Resource":["x","*"]}])"),
       true},
      {"a method", policy(R"([{"Effect":"Allow","Action":"*","Resource":"arn:*/GET/*"}])"), true},
      {"another method", policy(R"([{"Effect":"Allow","Action":"*","Resource":"arn:*/POST/*"}])"),
       false},
      {"one character", policy(R"([{"Effect":"Allow","Action":"*","Resource":"*/pets/?"}])"), true},
      {"another action", policy(R"([{"Effect":"Allow","Action":"s3:*","Resource":"*"}])"), false},
      {"denied", policy(R"([{"Effect":"Deny","Action":"*","Resource":"*"}])"), false},
      {"allowed and denied",
       policy(R"([{"Effect":"Allow","Action":"*","Resource":"*"},)"
              R"({"Effect":"Deny","Action":"execute-api:Invoke","Resource":"*/pets/1"}])"),
       false},
      {"another resource denied",
       policy(R"([{"Effect":"Deny","Action":"*","Resource":"*/pets/2"},)"
              R"({"Effect":"Allow","Action":"*","Resource":"*"}])"),
       true},
      {"no statements", policy("[]"), false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = AuthorizerAnswer::parse(c.text);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->allows(kArn), c.allows);
  }
}

TEST(AuthorizerAnswer, CarriesItsContext) {
  const auto answer = AuthorizerAnswer::parse(
      R"({"isAuthorized":true,"context":{"sub":"ada","level":3,"ok":true,"list":[1,"a"]}})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->subject, "ada");
  EXPECT_EQ(answer->context.at("level"), "3");
  EXPECT_EQ(answer->context.at("ok"), "true");
  EXPECT_EQ(answer->context.at("list"), R"([1,"a"])");
}

TEST(AuthorizerAnswer, RefusesAllElse) {
  for (const std::string& text :
       {std::string(),
        std::string("null"),
        std::string("true"),
        std::string("\"yes\""),
        std::string("{}"),
        std::string("[]"),
        std::string(R"({"isAuthorized":"true"})"),
        std::string(R"({"isAuthorized":1})"),
        std::string(R"({"isAuthorized":null})"),
        std::string(R"({"isauthorized":true})"),
        std::string(R"({"isAuthorized":false,"isAuthorized":true})"),
        std::string(R"({"isAuthorized":true,"context":[]})"),
        std::string(R"({"isAuthorized":true,"context":{"sub":"a\nb"}})"),
        std::string(R"({"isAuthorized":true,"policyDocument":{"Statement":[]}})"),
        std::string(R"({"principalId":1,"policyDocument":{"Statement":[]}})"),
        std::string(R"({"policyDocument":{}})"),
        policy(R"(["Allow"])"),
        policy(R"([{"Effect":"allow","Action":"*","Resource":"*"}])"),
        policy(R"([{"Action":"*","Resource":"*"}])"),
        policy(R"([{"Effect":"Allow","Action":"*"}])"),
        policy(R"([{"Effect":"Allow","Action":"*","Resource":1}])"),
        policy(R"([{"Effect":"Allow","Action":"*","NotResource":"*"}])"),
        policy(R"([{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}])")}) {
    SCOPED_TRACE(text);
    const auto answer = AuthorizerAnswer::parse(text);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::invalid_argument);
  }
}

TEST(MatchesWildcards, IsOfAllOfTheText) {
  const struct {
    const char* pattern;
    const char* text;
    bool matches;
  } cases[] = {
      {"", "", true},         {"*", "", true},          {"?", "", false},
      {"a", "a", true},       {"a", "ab", false},       {"a*", "ab", true},
      {"*b", "ab", true},     {"*a", "ab", false},      {"a*b*c", "axxbyyc", true},
      {"a*b*c", "ac", false}, {"*a*", "bbbabbb", true}, {"a**b", "ab", true},
      {"?*", "", false},      {"?*", "x", true},        {"*aab", "aaaaaaab", true},
  };
  for (const auto& c : cases)
    EXPECT_EQ(matches_wildcards(c.pattern, c.text), c.matches) << c.pattern << " " << c.text;
}

}  // namespace
}  // namespace tintype::gateway
