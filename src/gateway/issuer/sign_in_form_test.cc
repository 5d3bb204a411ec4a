#include "gateway/issuer/sign_in_form.h"

#include <gtest/gtest.h>

namespace tintype::gateway {
namespace {

const AuthorizationRequest kRequest{.client_id = "desk",
                                    .redirect_uri = "http://127.0.0.1:4567/cb",
                                    .state = "\"><script>alert(1)</script>",
                                    .challenge = "c"};

std::string text_of(const http::Response& response) { return std::get<std::string>(response.body); }

TEST(SignInForm, ShowsWhatWasSentAsText) {
  const Secret token("t");
  const auto response = sign_in_form({.status = 401,
                                      .request = kRequest,
                                      .token = token,
                                      .message = "<b>no</b>",
                                      .name = "' onfocus='alert(1)"});
  EXPECT_EQ(response.status, 401);
  const std::string text = text_of(response);
  EXPECT_EQ(text.find("<script"), std::string::npos);
  EXPECT_EQ(text.find("<b>"), std::string::npos);
  EXPECT_EQ(text.find("' onfocus"), std::string::npos);
  EXPECT_NE(text.find("value=\"&quot;&gt;&lt;script&gt;"), std::string::npos);
  EXPECT_NE(text.find("name=\"form_token\" value=\"t\""), std::string::npos);
}

TEST(SignInForm, LeadsHereAndToTheApplicationAlone) {
  const Secret token("t");
  const auto response = sign_in_form({.request = kRequest, .token = token});
  const std::string policy(response.headers.find("Content-Security-Policy").value_or(""));
  EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
  EXPECT_NE(policy.find("form-action 'self' http://127.0.0.1:4567;"), std::string::npos);
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(policy.find("script"), std::string::npos);
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
  EXPECT_EQ(response.headers.find("Referrer-Policy"), "no-referrer");
}

TEST(AuthorizationFailed, SaysWhyAndLeadsNowhere) {
  const auto response = authorization_failed("a < b");
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(text_of(response).find("a &lt; b"), std::string::npos);
  EXPECT_EQ(text_of(response).find("<form"), std::string::npos);
}

}  // namespace
}  // namespace tintype::gateway
