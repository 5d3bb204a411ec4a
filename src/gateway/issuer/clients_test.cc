#include "gateway/issuer/clients.h"

#include <gtest/gtest.h>

namespace tintype::gateway {
namespace {

TEST(RedirectUri, TakesWhatAnswersMayBeSentTo) {
  for (const char* uri :
       {"https://app.example.com/callback", "https://app.example.com", "https://a.example/?a=b",
        "http://127.0.0.1/callback", "http://127.0.0.1:4567/", "http://[::1]/callback",
        "http://localhost:3000/callback", "com.example.app:/callback",
        "https://xn--bcher-kva.example/"})
    EXPECT_TRUE(is_redirect_uri(uri)) << uri;
  for (const char* uri : {"",
                          "/callback",
                          "//app.example.com/",
                          "http://app.example.com/",
                          "https://",
                          "https:///x",
                          "https://user@app.example.com/",
                          "https://app.example.com/#part",
                          "https://*.example.com/",
                          "javascript:alert(1)",
                          "data:text/html,x",
                          "file:///etc/passwd",
                          "app:/callback",
                          "https://app.example.com/ x",
                          "https://app.example.com/\r\nSet-Cookie:a=b",
                          "https://app.example.com\\@evil.example/",
                          "http://127.0.0.1.evil.example/",
                          "http://127.0.0.1@evil.example/",
                          "http://localhost.evil.example/",
                          "http://[::1].evil.example/",
                          "HTTPS://app.example.com/",
                          "https://\u00fc.example/",
                          "ftp://127.0.0.1/",
                          "https://a.example;script-src *"})
    EXPECT_FALSE(is_redirect_uri(uri)) << uri;
  EXPECT_FALSE(is_redirect_uri("https://a.example/" + std::string(2'000, 'a')));
}

TEST(RedirectUri, IsComparedToTheLetter) {
  const char* const registered = "https://app.example.com/callback";
  EXPECT_TRUE(is_same_redirect(registered, registered));
  for (const char* uri :
       {"https://app.example.com/callback/", "https://app.example.com/callback?x=1",
        "https://app.example.com/callback/../evil", "https://app.example.com:443/callback",
        "https://APP.example.com/callback", "https://app.example.com/Callback",
        "https://app.example.com/callback%2f", "http://app.example.com/callback",
        "https://app.example.com.evil.example/callback", "https://evil.example/callback",
        "https://app.example.com/callback#x", "https://app.example.com@evil.example/callback", ""})
    EXPECT_FALSE(is_same_redirect(registered, uri)) << uri;
}

TEST(RedirectUri, OfThisMachineMayHaveAnyPort) {
  for (const char* registered : {"http://127.0.0.1/callback", "http://127.0.0.1:1234/callback"}) {
    EXPECT_TRUE(is_same_redirect(registered, "http://127.0.0.1:51004/callback"));
    EXPECT_TRUE(is_same_redirect(registered, "http://127.0.0.1/callback"));
    for (const char* uri :
         {"http://127.0.0.1:51004/other", "http://127.0.0.1:51004/callback?x",
          "http://127.0.0.1:0/callback", "http://127.0.0.1:65536/callback",
          "http://127.0.0.1:/callback", "http://127.0.0.1:80@evil.example/callback",
          "http://127.0.0.1:x/callback", "http://[::1]:51004/callback",
          "http://localhost:51004/callback", "https://127.0.0.1:51004/callback",
          "http://127.0.0.1.evil.example/callback", "http://127.0.0.2:51004/callback"})
      EXPECT_FALSE(is_same_redirect(registered, uri)) << uri;
  }
  EXPECT_TRUE(is_same_redirect("http://[::1]/cb", "http://[::1]:8/cb"));
  EXPECT_FALSE(is_same_redirect("http://localhost:1/cb", "http://localhost:2/cb"));
}

TEST(OauthClients, FindsThemByTheirId) {
  const OauthClients clients({{.id = "desk", .redirect_uris = {"http://127.0.0.1/cb"}}});
  ASSERT_NE(clients.find("desk"), nullptr);
  EXPECT_TRUE(may_redirect(*clients.find("desk"), "http://127.0.0.1:9/cb"));
  EXPECT_FALSE(may_redirect(*clients.find("desk"), "http://127.0.0.1:9/"));
  for (const char* id : {"", "Desk", "desk ", "%"}) EXPECT_EQ(clients.find(id), nullptr) << id;
}

TEST(RedirectUri, IsNamedByAPolicyAsItsOrigin) {
  EXPECT_EQ(source_of("http://127.0.0.1:4567/cb?a"), "http://127.0.0.1:4567");
  EXPECT_EQ(source_of("https://a.example/b"), "https://a.example");
  EXPECT_EQ(source_of("http://[::1]:1/"), "http://[::1]:1");
  EXPECT_EQ(source_of("com.example.app:/cb"), "com.example.app:");
}

}  // namespace
}  // namespace tintype::gateway
