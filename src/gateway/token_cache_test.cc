#include "gateway/token_cache.h"

#include <gtest/gtest.h>

#include "gateway/test_authorizer.h"

namespace tintype::gateway {
namespace {

using std::chrono::seconds;
using test::kNow;

Identity ada_until(Instant end) { return {.subject = "ada", .issuer = "i", .expires_at = end}; }

TEST(TokenCache, FindsWhatItWasTold) {
  TokenCache cache({});
  const crypto::KeySet keys = test::keys_of(test::make_key());
  cache.insert("token", keys, ada_until(kNow + seconds(60)), kNow);
  const auto found = cache.find("token", keys, kNow);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->subject, "ada");
  EXPECT_FALSE(cache.find("tokem", keys, kNow));
  EXPECT_FALSE(cache.find("", keys, kNow));
}

TEST(TokenCache, ForgetsAtTheEndOfTheToken) {
  TokenCache cache({.kept_max = seconds(300)});
  const crypto::KeySet keys = test::keys_of(test::make_key());
  cache.insert("token", keys, ada_until(kNow + seconds(60)), kNow);
  EXPECT_TRUE(cache.find("token", keys, kNow + std::chrono::milliseconds(59'999)));
  EXPECT_FALSE(cache.find("token", keys, kNow + seconds(60)));
  // One that ended is within verify_jwt's skew perhaps, but never remembered.
  cache.insert("old", keys, ada_until(kNow), kNow);
  EXPECT_FALSE(cache.find("old", keys, kNow - seconds(1)));
}

TEST(TokenCache, KeepsNothingForLong) {
  TokenCache cache({.kept_max = seconds(300)});
  const crypto::KeySet keys = test::keys_of(test::make_key());
  cache.insert("token", keys, ada_until(kNow + std::chrono::hours(10)), kNow);
  EXPECT_TRUE(cache.find("token", keys, kNow + seconds(299)));
  EXPECT_FALSE(cache.find("token", keys, kNow + seconds(300)));
}

TEST(TokenCache, ForgetsWhatOtherKeysVerified) {
  TokenCache cache({});
  const auto key = test::make_key();
  const crypto::KeySet keys = test::keys_of(key);
  cache.insert("token", keys, ada_until(kNow + seconds(60)), kNow);
  EXPECT_FALSE(cache.find("token", test::keys_of(key), kNow));  // Read again: another set.
  EXPECT_TRUE(cache.find("token", crypto::KeySet(keys), kNow));
}

TEST(TokenCache, IsBounded) {
  TokenCache cache({.bytes_max = 64 * 1024});
  const crypto::KeySet keys = test::keys_of(test::make_key());
  int found = 0;
  for (int i = 0; i < 1000; ++i)
    cache.insert(std::to_string(i), keys, ada_until(kNow + seconds(60)), kNow);
  for (int i = 0; i < 1000; ++i)
    if (cache.find(std::to_string(i), keys, kNow)) ++found;
  EXPECT_GT(found, 50);
  EXPECT_LE(found, 128);  // 64 KiB of at least 512 bytes each.
  Identity huge = ada_until(kNow + seconds(60));
  huge.claims_json.assign(64 * 1024, 'x');
  cache.insert("huge", keys, huge, kNow);
  EXPECT_FALSE(cache.find("huge", keys, kNow));
}

}  // namespace
}  // namespace tintype::gateway
