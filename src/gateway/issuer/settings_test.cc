#include "gateway/issuer/settings.h"

#include <gtest/gtest.h>

namespace tintype::gateway {
namespace {

Result<IssuerSettings> read(const std::string& text) {
  auto document = config::Document::parse("[identity]\n" + text, "t.toml");
  EXPECT_TRUE(document) << document.error().message;
  TRY_LET(const auto table, document->root().table("identity"));
  TRY_LET(auto settings, read_issuer(table));
  TRY(document->finish());
  return settings;
}

TEST(IssuerSettings, HaveDefaults) {
  const auto settings = read("");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->access_ttl, std::chrono::minutes(15));
  EXPECT_EQ(settings->session_idle, std::chrono::hours(24 * 14));
  EXPECT_EQ(settings->session_max, std::chrono::hours(24 * 90));
  EXPECT_EQ(to_string(settings->sign_ups), to_string(*Rate::parse("30/h")));
  EXPECT_TRUE(settings->clients.empty());
}

TEST(IssuerSettings, AreWhatIsWritten) {
  const auto settings = read(
      "access_ttl = \"5m\"\nsession_idle = \"1h\"\nsession_max = \"1d\"\nsign_ups = \"5/m burst "
      "9\"\n"
      "[[identity.client]]\nid = \"desk\"\nredirect_uris = [\"http://127.0.0.1/cb\"]\n"
      "[[identity.client]]\nid = \"web\"\nredirect_uris = [\"https://a.example/\", "
      "\"https://b.example/\"]\n");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->access_ttl, std::chrono::minutes(5));
  EXPECT_EQ(settings->session_idle, std::chrono::hours(1));
  EXPECT_EQ(settings->session_max, std::chrono::hours(24));
  EXPECT_EQ(settings->sign_ups.burst, 9);
  ASSERT_EQ(settings->clients.size(), 2U);
  EXPECT_EQ(settings->clients[1].id, "web");
  EXPECT_EQ(settings->clients[1].redirect_uris.size(), 2U);
}

TEST(IssuerSettings, AShortSessionIsIdleNoLongerThanItLasts) {
  const auto settings = read("session_max = \"1h\"\n");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->session_idle, std::chrono::hours(1));
}

TEST(IssuerSettings, RefuseWhatContradicts) {
  const std::string client = "[[identity.client]]\nid = \"desk\"\n";
  const struct {
    const char* name;
    std::string text;
    const char* place;
  } cases[] = {
      {"no time", "access_ttl = \"0s\"\n", "identity.access_ttl"},
      {"over a day", "access_ttl = \"25h\"\n", "identity.access_ttl"},
      {"half a second", "access_ttl = \"1500ms\"\n", "identity.access_ttl"},
      {"a second of session", "session_max = \"1s\"\n", "identity.session_max"},
      {"idle for longer than at all", "session_idle = \"2h\"\nsession_max = \"1h\"\n",
       "identity.session_idle"},
      {"no limit", "sign_ups = \"none\"\n", "identity.sign_ups"},
      {"no rate", "sign_ups = \"many\"\n", "identity.sign_ups"},
      {"a client without a place to answer to", client, "redirect_uris"},
      {"none of them", client + "redirect_uris = []\n", "redirect_uris"},
      {"http elsewhere", client + "redirect_uris = [\"http://a.example/\"]\n", "redirect_uris"},
      {"a pattern", client + "redirect_uris = [\"https://*.example/\"]\n", "redirect_uris"},
      {"a client twice",
       client + "redirect_uris = [\"https://a.example/\"]\n" + client +
           "redirect_uris = [\"https://a.example/\"]\n",
       "another client"},
      {"our own id",
       "[[identity.client]]\nid = \"tintype\"\nredirect_uris = [\"https://a.example/\"]\n", "id"},
      {"an id with a space",
       "[[identity.client]]\nid = \"a b\"\nredirect_uris = [\"https://a.example/\"]\n", "id"},
      {"a secret", client + "redirect_uris = [\"https://a.example/\"]\nsecret = \"x\"\n", "secret"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto settings = read(c.text);
    ASSERT_FALSE(settings);
    EXPECT_EQ(settings.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(settings.error().message.find(c.place), std::string::npos)
        << settings.error().message;
  }
}

}  // namespace
}  // namespace tintype::gateway
