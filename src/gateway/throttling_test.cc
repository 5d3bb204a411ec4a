#include "gateway/throttling.h"

#include <gtest/gtest.h>

#include <string>

namespace tintype::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Instant kStart{milliseconds(1'795'465'864'000)};
constexpr Rate kOneASecond{.count = 1, .per = seconds(1), .burst = 2};

Identity person(std::string subject, std::string issuer = "https://id.example") {
  return {.subject = std::move(subject), .issuer = std::move(issuer), .expires_at = kStart};
}

std::string field(const ThrottleReport& report, std::string_view name) {
  http::Headers headers;
  report.write_to(headers);
  return std::string(headers.find(name).value_or("(none)"));
}

TEST(Throttling, WithoutPolicyLetsPassAndSaysNothing) {
  Throttling open({}, "");
  ThrottleReport report;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(open.admit_address("192.0.2.1", kStart, report));
    EXPECT_TRUE(open.admit_identity(person("ada"), kStart, report));
    EXPECT_TRUE(open.admit_anybody(kStart, report));
  }
  EXPECT_TRUE(report.empty());
  EXPECT_EQ(field(report, "RateLimit"), "(none)");
}

TEST(Throttling, CountsEachWhoAsks) {
  Throttling throttling({.everybody = {}, .identity = kOneASecond, .address = kOneASecond}, "");
  ThrottleReport report;
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(throttling.admit_address("192.0.2.1", kStart, report));
    EXPECT_TRUE(throttling.admit_identity(person("ada"), kStart, report));
  }
  EXPECT_FALSE(throttling.admit_address("192.0.2.1", kStart, report));
  EXPECT_FALSE(throttling.admit_identity(person("ada"), kStart, report));

  EXPECT_TRUE(throttling.admit_address("192.0.2.2", kStart, report));
  EXPECT_TRUE(throttling.admit_identity(person("bob"), kStart, report));
  EXPECT_TRUE(throttling.admit_identity(person("ada", "https://other.example"), kStart, report));
}

TEST(Throttling, CountsEverybodyTogether) {
  Throttling throttling({.everybody = kOneASecond, .identity = {}, .address = {}}, "route-");
  ThrottleReport report;
  EXPECT_TRUE(throttling.admit_anybody(kStart, report));
  EXPECT_TRUE(throttling.admit_anybody(kStart, report));
  EXPECT_FALSE(throttling.admit_anybody(kStart, report));
  EXPECT_EQ(report.refused_by(), "route-everybody");
}

TEST(ThrottleReport, WritesTheFieldsOfTheDraft) {
  Throttling gateway({.everybody = {}, .identity = {}, .address = kOneASecond}, "");
  Throttling route({.everybody = Rate{.count = 50, .per = seconds(60), .burst = 50},
                    .identity = {},
                    .address = {}},
                   "route-");
  ThrottleReport passed;
  EXPECT_TRUE(gateway.admit_address("192.0.2.1", kStart, passed));
  EXPECT_TRUE(route.admit_anybody(kStart, passed));
  EXPECT_EQ(field(passed, "RateLimit-Policy"), R"("address";q=2;w=2, "route-everybody";q=50;w=60)");
  EXPECT_EQ(field(passed, "RateLimit"), R"("address";r=1;t=1, "route-everybody";r=49;t=2)");
  EXPECT_EQ(field(passed, "Retry-After"), "(none)");

  ThrottleReport refused;
  EXPECT_TRUE(gateway.admit_address("192.0.2.1", kStart, refused));
  EXPECT_FALSE(gateway.admit_address("192.0.2.1", kStart, refused));
  EXPECT_EQ(field(refused, "Retry-After"), "1");
}

TEST(CustomerOf, IsAnIpv4AddressOrAnIpv6Site) {
  const struct {
    const char* address;
    const char* customer;
  } cases[] = {
      {"192.0.2.1", "192.0.2.1"},
      {"::ffff:192.0.2.1", "192.0.2.1"},
      {"2001:db8:1:2::1", "20010db800010002/64"},
      {"2001:db8:1:2:ffff:ffff:ffff:ffff", "20010db800010002/64"},
      {"2001:db8:1:3::1", "20010db800010003/64"},
      {"fe80::1%eth0", "fe80000000000000/64"},
      {"::1", "0000000000000000/64"},
      {"not an address", "not an address"},
      {"", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.address);
    EXPECT_EQ(customer_of(c.address), c.customer);
  }
}

}  // namespace
}  // namespace tintype::gateway
