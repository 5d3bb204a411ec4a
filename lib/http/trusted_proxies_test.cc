#include "http/trusted_proxies.h"

#include <gtest/gtest.h>

namespace tintype::http {
namespace {

TEST(Address, ParsesStrictly) {
  for (const char* const text : {"127.0.0.1", "0.0.0.0", "::1", "2001:db8::1", "fe80::1"}) {
    SCOPED_TRACE(text);
    const auto address = Address::parse(text);
    ASSERT_TRUE(address);
    EXPECT_EQ(address->str(), text);
  }
  EXPECT_EQ(Address::parse("::ffff:10.0.0.1")->str(), "10.0.0.1");
  for (const char* const text :
       {"", "localhost", "127.1", "0x7f.0.0.1", "127.0.0.01", "127.0.0.256", "127.0.0.1:80",
        "[::1]", "::1%lo", "1:2:3", " 127.0.0.1", "127.0.0.1 ", "2130706433"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(Address::parse(text));
  }
}

TEST(AddressRange, ContainsWhatBeginsAlike) {
  const struct {
    const char* range;
    const char* address;
    bool inside;
  } cases[] = {
      {"10.0.0.0/8", "10.255.0.1", true},
      {"10.0.0.0/8", "11.0.0.0", false},
      {"10.0.0.0/8", "::ffff:10.1.1.1", true},
      {"192.0.2.4/30", "192.0.2.7", true},
      {"192.0.2.4/30", "192.0.2.8", false},
      {"127.0.0.1", "127.0.0.1", true},
      {"127.0.0.1", "127.0.0.2", false},
      {"0.0.0.0/0", "203.0.113.9", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"::1", "::1", true},
      {"fd00::/8", "fdab::1", true},
      {"fd00::/8", "fe00::1", false},
      {"2001:db8::/33", "2001:db8:7fff::", true},
      {"2001:db8::/33", "2001:db8:8000::", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.range) + " " + c.address);
    EXPECT_EQ(AddressRange::parse(c.range)->contains(*Address::parse(c.address)), c.inside);
  }
  for (const char* const text :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.1/8", "::1/64",
        "::/129", "localhost/8", "10.0.0.0/8/8", "10.0.0.0-10.0.0.9", "*"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(AddressRange::parse(text));
  }
}

TEST(TrustedProxies, TakeTheRightMostAddressThatIsNotTheirs) {
  using Field = TrustedProxies::Field;
  const struct {
    const char* name;
    const char* peer;
    Headers headers;
    const char* client;
    bool secure = false;
    Field field = Field::x_forwarded_for;
  } cases[] = {
      {"one proxy", "10.0.0.1", {{"X-Forwarded-For", "192.0.2.7"}}, "192.0.2.7"},
      {"two proxies", "::1", {{"X-Forwarded-For", "192.0.2.7, 10.0.0.2"}}, "192.0.2.7"},
      {"two fields",
       "::1",
       {{"X-Forwarded-For", "192.0.2.7"}, {"X-Forwarded-For", "10.0.0.2"}},
       "192.0.2.7"},
      {"IPv6", "10.0.0.1", {{"X-Forwarded-For", "2001:db8::1"}}, "2001:db8::1"},
      {"with a port", "10.0.0.1", {{"X-Forwarded-For", "192.0.2.7:1234"}}, "192.0.2.7"},
      {"IPv6 with a port", "10.0.0.1", {{"X-Forwarded-For", "[2001:db8::1]:1"}}, "2001:db8::1"},
      {"all trusted", "10.0.0.1", {{"X-Forwarded-For", "10.0.0.3, 10.0.0.2"}}, "10.0.0.3"},
      {"https",
       "10.0.0.1",
       {{"X-Forwarded-For", "192.0.2.7"}, {"X-Forwarded-Proto", "https"}},
       "192.0.2.7",
       true},
      {"nothing said", "10.0.0.1", {}, "10.0.0.1"},
      // Forged.
      {"peer is a stranger",
       "192.0.2.9",
       {{"X-Forwarded-For", "127.0.0.1"}, {"X-Forwarded-Proto", "https"}},
       "192.0.2.9"},
      {"left of the client",
       "10.0.0.1",
       {{"X-Forwarded-For", "127.0.0.1, 192.0.2.7"}},
       "192.0.2.7"},
      {"a trusted address left of the client",
       "10.0.0.1",
       {{"X-Forwarded-For", "198.51.100.1, 10.0.0.9, 192.0.2.7, 10.0.0.2"}},
       "192.0.2.7"},
      {"garbage", "10.0.0.1", {{"X-Forwarded-For", "unknown"}}, "10.0.0.1"},
      {"garbage in between",
       "10.0.0.1",
       {{"X-Forwarded-For", "192.0.2.7, x, 10.0.0.2"}},
       "10.0.0.2"},
      {"empty entries", "10.0.0.1", {{"X-Forwarded-For", "192.0.2.7,,"}}, "10.0.0.1"},
      {"a bad port", "10.0.0.1", {{"X-Forwarded-For", "192.0.2.7:x"}}, "10.0.0.1"},
      {"the other field", "10.0.0.1", {{"Forwarded", "for=192.0.2.7"}}, "10.0.0.1"},
      // RFC 7239.
      {"Forwarded",
       "10.0.0.1",
       {{"Forwarded", "for=192.0.2.7;proto=https;by=x"}},
       "192.0.2.7",
       true,
       Field::forwarded},
      {"Forwarded, quoted IPv6",
       "10.0.0.1",
       {{"Forwarded", "For=\"[2001:db8::1]:47\""}},
       "2001:db8::1",
       false,
       Field::forwarded},
      {"Forwarded, two",
       "10.0.0.1",
       {{"Forwarded", "for=192.0.2.7, for=10.0.0.2"}},
       "192.0.2.7",
       false,
       Field::forwarded},
      {"Forwarded, a quote that hides a comma",
       "10.0.0.1",
       {{"Forwarded", "for=\"a, for=192.0.2.7\""}},
       "10.0.0.1",
       false,
       Field::forwarded},
      {"Forwarded, an open quote",
       "10.0.0.1",
       {{"Forwarded", "for=\"192.0.2.7"}},
       "10.0.0.1",
       false,
       Field::forwarded},
      {"Forwarded, hidden",
       "10.0.0.1",
       {{"Forwarded", "for=_x;proto"}},
       "10.0.0.1",
       false,
       Field::forwarded},
      {"Forwarded, empty", "10.0.0.1", {{"Forwarded", ";,"}}, "10.0.0.1", false, Field::forwarded},
      {"X-Forwarded-For where Forwarded counts",
       "10.0.0.1",
       {{"X-Forwarded-For", "192.0.2.7"}},
       "10.0.0.1",
       false,
       Field::forwarded},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto trusted = TrustedProxies::parse({"127.0.0.1", "10.0.0.0/8", "::1"}, c.field);
    ASSERT_TRUE(trusted);
    Request request;
    request.remote_address = c.peer;
    request.headers = c.headers;
    trusted->apply(request);
    EXPECT_EQ(request.remote_address, c.client);
    EXPECT_EQ(request.secure, c.secure);
  }
}

TEST(TrustedProxies, AWrongRangeIsNamed) {
  const auto trusted =
      TrustedProxies::parse({"::1", "10.0.0.1/8"}, TrustedProxies::Field::forwarded);
  ASSERT_FALSE(trusted);
  EXPECT_NE(trusted.error().message.find("10.0.0.1/8"), std::string::npos);
}

TEST(TrustedProxies, NameTheRequest) {
  const auto trusted =
      TrustedProxies::parse({"10.0.0.0/8"}, TrustedProxies::Field::x_forwarded_for);
  ASSERT_TRUE(trusted);
  const struct {
    const char* name;
    const char* peer;
    Headers headers;
    std::string id;
  } cases[] = {
      {"a proxy's", "10.0.0.1", {{"X-Request-Id", "b7c1-42.a=:@"}}, "b7c1-42.a=:@"},
      {"the longest", "10.0.0.1", {{"X-Request-Id", std::string(128, 'x')}}, std::string(128, 'x')},
      {"none", "10.0.0.1", {}, "ours"},
      {"a stranger's", "192.0.2.9", {{"X-Request-Id", "forged"}}, "ours"},
      {"two", "10.0.0.1", {{"X-Request-Id", "a"}, {"X-Request-Id", "b"}}, "ours"},
      {"empty", "10.0.0.1", {{"X-Request-Id", ""}}, "ours"},
      {"too long", "10.0.0.1", {{"X-Request-Id", std::string(129, 'x')}}, "ours"},
      {"a space", "10.0.0.1", {{"X-Request-Id", "a b"}}, "ours"},
      {"a quote", "10.0.0.1", {{"X-Request-Id", "a\" event=\"b"}}, "ours"},
      {"no ASCII", "10.0.0.1", {{"X-Request-Id", "\xc3\xa9"}}, "ours"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Request request;
    request.remote_address = c.peer;
    request.headers = c.headers;
    request.id = "ours";
    trusted->apply(request);
    EXPECT_EQ(request.id, c.id);
  }
}

}  // namespace
}  // namespace tintype::http
