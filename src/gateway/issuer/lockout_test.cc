#include "gateway/issuer/lockout.h"

#include <gtest/gtest.h>

#include "gateway/test_gateway.h"

namespace tintype::gateway {
namespace {

using std::chrono::seconds;
using test::kNow;

constexpr Failures::Rule kRule{.free_max = 3,
                               .wait_first = seconds(10),
                               .wait_max = seconds(60),
                               .forgiven_each = seconds(100),
                               .keys_max = 2};

TEST(Failures, LetTryUpToTheLimit) {
  Failures failures(kRule);
  for (int i = 0; i < 2; ++i) failures.add("a", kNow);
  EXPECT_EQ(failures.wait_of("a", kNow), seconds(0));

  failures.add("a", kNow);

  EXPECT_EQ(failures.wait_of("a", kNow), seconds(10));
  EXPECT_EQ(failures.wait_of("a", kNow + std::chrono::milliseconds(9'001)), seconds(1));
  EXPECT_EQ(failures.wait_of("a", kNow + seconds(10)), seconds(0));
  EXPECT_EQ(failures.wait_of("b", kNow), seconds(0));
}

TEST(Failures, CostMoreEachTimeUpToALimit) {
  Failures failures(kRule);
  for (int i = 0; i < 2; ++i) failures.add("a", kNow);
  Instant now = kNow;
  for (const int wait : {10, 20, 40, 60, 60}) {
    failures.add("a", now);
    EXPECT_EQ(failures.wait_of("a", now), seconds(wait));
    now += seconds(wait);
  }
  for (int i = 0; i < 100; ++i) failures.add("a", now);
  EXPECT_EQ(failures.wait_of("a", now), seconds(60));
}

TEST(Failures, AreForgivenOneByOneOnceTheWaitIsOver) {
  Failures failures(kRule);
  for (int i = 0; i < 3; ++i) failures.add("a", kNow);  // Waits for 10 s.
  const Instant soon = kNow + seconds(10 + 99);
  failures.add("a", soon);
  EXPECT_EQ(failures.wait_of("a", soon), seconds(20)) << "none yet";
  const Instant later = soon + seconds(20 + 200);
  failures.add("a", later);
  EXPECT_EQ(failures.wait_of("a", later), seconds(10)) << "two of four";
  const Instant at_last = later + seconds(10 + 300);
  failures.add("a", at_last);
  failures.add("a", at_last);
  EXPECT_EQ(failures.wait_of("a", at_last), seconds(0)) << "all";
}

TEST(Failures, AreBounded) {
  Failures failures(kRule);
  for (int i = 0; i < 3; ++i) failures.add("oldest", kNow);
  for (int i = 0; i < 3; ++i) failures.add("newer", kNow + seconds(1));

  failures.add("third", kNow + seconds(2));

  EXPECT_EQ(failures.wait_of("oldest", kNow + seconds(2)), seconds(0));
  EXPECT_GT(failures.wait_of("newer", kNow + seconds(2)), seconds(0));
}

Lockout::Options options_of(std::size_t pair, std::size_t address, std::size_t name) {
  const auto rule = [](std::size_t free_max) {
    Failures::Rule made = kRule;
    made.free_max = free_max;
    made.keys_max = 100;
    return made;
  };
  return {.pair = rule(pair), .address = rule(address), .name = rule(name)};
}

TEST(Lockout, ShutsOutWhoGuessesAndNotThePerson) {
  Lockout lockout(options_of(2, 100, 100));
  for (int i = 0; i < 2; ++i) lockout.failed("ada", "192.0.2.1", kNow);

  EXPECT_EQ(lockout.wait_of("ada", "192.0.2.1", kNow), seconds(10));
  EXPECT_FALSE(lockout.wait_of("ada", "192.0.2.2", kNow));
  EXPECT_FALSE(lockout.wait_of("bob", "192.0.2.1", kNow));
}

TEST(Lockout, CountsOneAddressOverAllNames) {
  Lockout lockout(options_of(100, 3, 100));
  for (const char* name : {"ada", "bob", "eve"}) lockout.failed(name, "192.0.2.1", kNow);

  EXPECT_EQ(lockout.wait_of("zoe", "192.0.2.1", kNow), seconds(10));
  EXPECT_FALSE(lockout.wait_of("zoe", "192.0.2.2", kNow));
}

TEST(Lockout, CountsOneNameOverAllAddresses) {
  Lockout lockout(options_of(100, 100, 3));
  for (const char* address : {"192.0.2.1", "192.0.2.2", "192.0.2.3"})
    lockout.failed("ada", address, kNow);

  EXPECT_EQ(lockout.wait_of("ada", "192.0.2.4", kNow), seconds(10));
  EXPECT_FALSE(lockout.wait_of("bob", "192.0.2.4", kNow));
}

TEST(Lockout, ForgivesAPersonButNotAnAddress) {
  Lockout lockout(options_of(2, 3, 100));
  for (int i = 0; i < 2; ++i) lockout.failed("ada", "192.0.2.1", kNow);
  lockout.succeeded("ada", "192.0.2.1");
  EXPECT_FALSE(lockout.wait_of("ada", "192.0.2.1", kNow));
  lockout.failed("bob", "192.0.2.1", kNow);
  EXPECT_EQ(lockout.wait_of("ada", "192.0.2.1", kNow), seconds(10));
}

}  // namespace
}  // namespace tintype::gateway
