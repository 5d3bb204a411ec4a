#include "gateway/remote_keys.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "gateway/jwt_authorizer.h"
#include "gateway/test_authorizer.h"

namespace tintype::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kUrl = "https://issuer.example/tenant";

/// An issuer in memory, which counts how often it is asked for its keys.
struct FakeIssuer {
  std::mutex mutex;  // Guards all below.
  std::string discovery = discovery_of(kUrl, "https://issuer.example/keys");
  std::string jwks;
  std::string cache_control;
  bool down = false;
  int fetches = 0;  // Of the keys, or of anything while it is down.
  std::vector<std::string> urls;

  static std::string discovery_of(const std::string& issuer, const std::string& jwks_uri) {
    return R"({"issuer":")" + issuer + R"(","jwks_uri":")" + jwks_uri + "\"}";
  }

  RemoteKeys::Send send() {
    return [this](const http::ClientRequest& request) -> Result<http::ClientResponse> {
      const std::lock_guard lock(mutex);
      urls.push_back(request.url);
      if (down) {
        ++fetches;
        return fail(ErrorCode::unavailable, "refused");
      }
      if (request.url.ends_with("/.well-known/openid-configuration"))
        return http::ClientResponse{.status = 200, .headers = {}, .body = discovery};
      ++fetches;
      http::Headers headers;
      if (!cache_control.empty()) headers.add("Cache-Control", cache_control);
      return http::ClientResponse{.status = 200, .headers = headers, .body = jwks};
    };
  }

  template <class Change>
  void change(Change change_it) {
    const std::lock_guard lock(mutex);
    change_it();
  }
  int count() {
    const std::lock_guard lock(mutex);
    return fetches;
  }
};

class RemoteKeysTest : public ::testing::Test {
 protected:
  RemoteKeysTest() { issuer_.jwks = test::jwks_of(key_); }

  std::shared_ptr<RemoteKeys> start(std::string url = kUrl, std::string jwks_uri = {}) {
    pool_ = std::make_unique<BlockingPool>(BlockingPool::Options{.threads = 2});
    return RemoteKeys::start({.issuer = std::move(url), .jwks_uri = std::move(jwks_uri)},
                             issuer_.send(), *pool_, clock_);
  }
  Result<crypto::KeySet> keys(RemoteKeys& remote) { return loop_.run(remote.keys(clock_.now())); }
  Result<crypto::KeySet> newer(RemoteKeys& remote, std::string_view kid,
                               const crypto::KeySet& seen) {
    return loop_.run(remote.newer_keys(kid, seen, clock_.now()));
  }
  /// Ends what runs on the pool. Nothing may be fetched after it.
  void settle() { pool_ = nullptr; }

  FixedClock clock_{test::kNow};
  FakeIssuer issuer_;
  crypto::SigningKey key_ = test::make_key();
  std::unique_ptr<BlockingPool> pool_;
  test::TestLoop loop_;
};

TEST_F(RemoteKeysTest, AreFoundByDiscovery) {
  const auto remote = start();
  const auto found = keys(*remote);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(found->has(key_.kid()));
  EXPECT_EQ(issuer_.urls, (std::vector<std::string>{
                              "https://issuer.example/tenant/.well-known/openid-configuration",
                              "https://issuer.example/keys"}));
}

TEST_F(RemoteKeysTest, AreFoundWhereTheStackFileSays) {
  const auto remote = start("https://issuer.example", "https://elsewhere.example/keys");
  ASSERT_TRUE(keys(*remote));
  EXPECT_EQ(issuer_.urls, std::vector<std::string>{"https://elsewhere.example/keys"});
}

TEST_F(RemoteKeysTest, AreNotTakenFromWhoIsNotTheIssuer) {
  const struct {
    const char* name;
    std::string discovery;
  } cases[] = {
      {"another issuer", FakeIssuer::discovery_of("https://evil.example", "https://x.example/k")},
      {"a slash more", FakeIssuer::discovery_of(std::string(kUrl) + "/", "https://x.example/k")},
      {"another case", FakeIssuer::discovery_of("https://issuer.example/Tenant", "https://x/k")},
      {"keys over http", FakeIssuer::discovery_of(kUrl, "http://issuer.example/keys")},
      {"keys in a file", FakeIssuer::discovery_of(kUrl, "file:///etc/passwd")},
      {"a host that looks local", FakeIssuer::discovery_of(kUrl, "http://127.0.0.1.evil.example")},
      {"a user that looks local",
       FakeIssuer::discovery_of(kUrl, "http://localhost:1@evil.example")},
      {"no jwks_uri", R"({"issuer":"https://issuer.example/tenant"})"},
      {"jwks_uri is a number", R"({"issuer":"https://issuer.example/tenant","jwks_uri":1})"},
      {"issuer twice", R"({"issuer":"https://issuer.example/tenant","issuer":"x","jwks_uri":"y"})"},
      {"not JSON", "<html>"},
      {"nothing", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    issuer_.change([&] { issuer_.discovery = c.discovery; });
    const auto remote = start();
    const auto found = keys(*remote);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::unavailable);
    settle();
  }
  EXPECT_EQ(issuer_.count(), 0);
}

TEST_F(RemoteKeysTest, AreWaitedForAndThenTriedAgainAfterABackOff) {
  issuer_.down = true;
  const auto remote = start();
  EXPECT_EQ(keys(*remote).error().code, ErrorCode::unavailable);
  EXPECT_EQ(issuer_.count(), 1);
  // At once: nobody is asked again, and nobody waits.
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(keys(*remote));
  EXPECT_EQ(issuer_.count(), 1);
  issuer_.change([&] { issuer_.down = false; });
  clock_.advance(milliseconds(501));
  EXPECT_TRUE(keys(*remote));
  EXPECT_EQ(issuer_.count(), 2);
}

TEST_F(RemoteKeysTest, BackOffLongerTheLongerTheIssuerIsDown) {
  issuer_.down = true;
  const auto remote = start();
  EXPECT_FALSE(keys(*remote));
  // Two hours of a request each 100 ms; without a back-off 72000 fetches, with one some 150.
  for (int i = 0; i < 72'000; ++i) {
    clock_.advance(milliseconds(100));
    EXPECT_FALSE(keys(*remote));
  }
  EXPECT_GT(issuer_.count(), 100);
  EXPECT_LT(issuer_.count(), 260);
}

TEST_F(RemoteKeysTest, OfAnIssuerThatWentDownServeForADay) {
  const auto remote = start();
  ASSERT_TRUE(keys(*remote));
  issuer_.change([&] { issuer_.down = true; });
  clock_.advance(std::chrono::hours(24) - seconds(1));
  EXPECT_TRUE(keys(*remote));
  clock_.advance(seconds(1));
  EXPECT_EQ(keys(*remote).error().code, ErrorCode::unavailable);
}

TEST_F(RemoteKeysTest, AreFetchedAgainAsCacheControlSaysWithinBounds) {
  const struct {
    const char* cache_control;
    seconds fresh;
  } cases[] = {
      {"", seconds(900)},          {"max-age=300", seconds(300)},
      {"max-age=1", seconds(60)},  {"public, Max-Age=600", seconds(600)},
      {"no-store", seconds(60)},   {"max-age=99999999", seconds(3600)},
      {"max-age=x", seconds(900)}, {"max-age=-1", seconds(900)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.cache_control);
    issuer_.change([&] {
      issuer_.cache_control = c.cache_control;
      issuer_.fetches = 0;
    });
    const auto remote = start();
    const auto first = keys(*remote);
    ASSERT_TRUE(first);
    clock_.advance(c.fresh - milliseconds(1));
    EXPECT_TRUE(keys(*remote));
    clock_.advance(milliseconds(1));
    const auto again = keys(*remote);  // The old ones serve while new ones come.
    settle();
    EXPECT_EQ(issuer_.count(), 2);
    EXPECT_TRUE(again && *again == *first);
  }
}

TEST_F(RemoteKeysTest, OfTheSameTextAreTheSameSet) {
  const auto remote = start();
  const auto first = keys(*remote);
  ASSERT_TRUE(first);
  const auto again = newer(*remote, "nobody", *first);
  EXPECT_EQ(issuer_.count(), 2);
  EXPECT_TRUE(*again == *first);
}

TEST_F(RemoteKeysTest, AreRenewedForAnUnknownKidAtMostOncePerInterval) {
  const auto remote = start();
  const auto first = keys(*remote);
  ASSERT_TRUE(first);
  const crypto::SigningKey second_key = test::make_key();
  issuer_.change([&] { issuer_.jwks = test::jwks_of(second_key); });

  const auto second = newer(*remote, second_key.kid(), *first);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->has(second_key.kid()));
  EXPECT_EQ(issuer_.count(), 2);
  // Whoever still has the first set is given the second, unasked.
  EXPECT_TRUE(*newer(*remote, second_key.kid(), *first) == *second);
  for (int i = 0; i < 1000; ++i) newer(*remote, std::to_string(i), *second);
  EXPECT_EQ(issuer_.count(), 2);
  clock_.advance(seconds(30));
  for (int i = 0; i < 1000; ++i) newer(*remote, std::to_string(i), *second);
  EXPECT_EQ(issuer_.count(), 3);
}

TEST_F(RemoteKeysTest, AreNotAskedTwiceForAKidThatTheIssuerDoesNotKnow) {
  const auto remote = start();
  const auto set = keys(*remote);
  ASSERT_TRUE(set);
  newer(*remote, "nobody", *set);
  EXPECT_EQ(issuer_.count(), 2);
  clock_.advance(seconds(299));
  newer(*remote, "nobody", *set);
  EXPECT_EQ(issuer_.count(), 2);
  newer(*remote, std::string(RemoteKeys::kKidSizeMax + 1, 'k'), *set);
  EXPECT_EQ(issuer_.count(), 2);
  newer(*remote, std::string(RemoteKeys::kKidSizeMax, 'k'), *set);
  EXPECT_EQ(issuer_.count(), 3);
  clock_.advance(seconds(30));
  newer(*remote, "nobody", *set);
  EXPECT_EQ(issuer_.count(), 4);
}

TEST_F(RemoteKeysTest, LetAuthorizerFollowARotation) {
  const auto remote = start();
  const JwtAuthorizer authorizer({.issuer = test::kIssuer, .audiences = {test::kAudience}}, remote);
  const auto ask = [&](const crypto::SigningKey& key) {
    return test::authorize(
        loop_, authorizer,
        test::request_with({{"Authorization", "Bearer " + test::token_of(key)}}));
  };
  EXPECT_TRUE(ask(key_));
  const crypto::SigningKey next = test::make_key();
  issuer_.change([&] { issuer_.jwks = test::jwks_of(next); });
  EXPECT_TRUE(ask(next));
  EXPECT_EQ(ask(key_).error().code, ErrorCode::unauthenticated);  // It was withdrawn.
  EXPECT_EQ(ask(test::make_key()).error().code, ErrorCode::unauthenticated);
}

TEST_F(RemoteKeysTest, RefuseWhatIsNoKeySet) {
  for (const std::string& jwks : {std::string("{}"), std::string("<html>"), std::string(),
                                  std::string(R"({"keys":[{"kty":"oct","k":"AAAA"}]})")}) {
    issuer_.change([&] { issuer_.jwks = jwks; });
    const auto remote = start();
    EXPECT_EQ(keys(*remote).error().code, ErrorCode::unavailable);
    settle();
  }
}

TEST(IsSafeKeyUrl, TakesHttpsAndThisMachine) {
  for (const char* url : {"https://a.example", "https://a.example:444/x", "http://127.0.0.1:9/x",
                          "http://localhost", "http://[::1]:1/x"})
    EXPECT_TRUE(is_safe_key_url(url)) << url;
  for (const char* url : {"", "https://", "https:///x", "http://a.example", "ftp://127.0.0.1",
                          "http://127.0.0.1.evil.example", "http://localhost@evil.example",
                          "http://localhostile", "https://a b", "https://a\\b", "https://a#b"})
    EXPECT_FALSE(is_safe_key_url(url)) << url;
}

}  // namespace
}  // namespace tintype::gateway
