#include "edge/initials.h"

#include <gtest/gtest.h>

namespace tintype::edge {
namespace {

TEST(InitialsOf, AreThoseOfTheFirstTwoWords) {
  const struct {
    const char* sub;
    const char* initials;
  } cases[] = {
      {"demo", "D"},
      {"andrew.brown", "AB"},
      {"a-long_name", "AL"},
      {"Andrew Brown Smith", "AB"},
      {"AndrewBrown", "AB"},
      {"andrew.brown@example.com", "AB"},
      {"andrew@example.com", "A"},
      {"@andrew", "A"},
      {"user42", "U"},
      {"demo-2", "D2"},
      {"42", "4"},
      {"IBM", "I"},
      {"__x__", "X"},
      {"andr\xc3\xa9 brown", "AB"},
      {"longest-name-of-them-all-without-digits", "LN"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.sub);
    EXPECT_EQ(initials_of(c.sub), c.initials);
  }
}

TEST(InitialsOf, AreNoneWhereThereIsNoName) {
  const struct {
    const char* name;
    const char* sub;
  } cases[] = {
      {"UUID", "9b2c1f7e-4c1d-4b7a-9f30-6d1c2b3a4e5f"},
      {"UUID in capitals", "9B2C1F7E-4C1D-4B7A-9F30-6D1C2B3A4E5F"},
      {"UUID without dashes", "9b2c1f7e4c1d4b7a9f306d1c2b3a4e5f"},
      {"ULID", "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
      {"Google", "108204268033311374519"},
      {"a short number", "123"},
      {"Firebase", "k3JfG7hQpLzX2vNcB9wTyR4sU8a1"},
      {"Auth0", "auth0|507f1f77bcf86cd799439011"},
      {"Cognito identity", "us-east-1:b0e0c6a1-8c6f-4a6c-b5a0-111122223333"},
      {"Kubernetes", "system:serviceaccount:default:builder"},
      {"URL", "https://id.example/people/7"},
      {"a letter that we cannot draw", "\xc3\xa9mile.zola"},
      {"such a second word", "zo\xc3\xab \xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd"},
      {"Chinese", "\xe6\x9d\x8e\xe6\x98\x8e"},
      {"emoji", "\xf0\x9f\x90\xb1"},
      {"only marks", "._-~!"},
      {"a machine's address", "9b2c1f7e4c1d4b7a9f30@privaterelay.example"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(initials_of(c.sub), "");
  }
}

}  // namespace
}  // namespace tintype::edge
