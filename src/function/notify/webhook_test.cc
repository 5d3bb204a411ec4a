#include "function/notify/webhook.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace tintype::function {
namespace {

// The example of the specification.
TEST(Webhook, SignsAsTheStandardHasIt) {
  const auto key = from_base64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ASSERT_TRUE(key);
  EXPECT_EQ(webhook_signature(*key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
                              R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Webhook, NeedsASecretThatIsOne) {
  const FixedClock clock{Instant()};
  const auto made = make_webhook({.name = "hook",
                                  .url = "http://127.0.0.1:1/",
                                  .secret = Secret("whsec_not base64"),
                                  .time_max = std::chrono::seconds(1)},
                                 clock);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::invalid_argument);
}

TEST(Webhook, SaysThatNobodyAnswered) {
  const FixedClock clock{Instant()};
  const auto hook = make_webhook({.name = "hook",
                                  .url = "http://127.0.0.1:1/",
                                  .secret = Secret("a text"),
                                  .time_max = std::chrono::seconds(5)},
                                 clock);
  ASSERT_TRUE(hook);
  const Status told = (*hook)->deliver({.id = "1", .body = "{}"});
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace tintype::function
