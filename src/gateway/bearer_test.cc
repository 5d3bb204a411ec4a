#include "gateway/bearer.h"

#include <gtest/gtest.h>

namespace tintype::gateway {
namespace {

TEST(ParseBearer, TakesOneTokenOfAnySchemeCase) {
  for (const char* header : {"Bearer abc.def-_~+/==", "bearer abc.def-_~+/==",
                             "BEARER abc.def-_~+/==", "Bearer   abc.def-_~+/== "}) {
    SCOPED_TRACE(header);
    const auto token = parse_bearer(header);
    ASSERT_TRUE(token);
    EXPECT_EQ(*token, "abc.def-_~+/==");
  }
}

TEST(ParseBearer, RefusesAllElse) {
  const struct {
    const char* name;
    std::optional<std::string_view> header;
  } cases[] = {
      {"none", std::nullopt},
      {"empty", ""},
      {"only the scheme", "Bearer"},
      {"the scheme and a space", "Bearer "},
      {"no space", "Bearerabc"},
      {"only padding", "Bearer =="},
      {"another scheme", "Basic YTpi"},
      {"the bare token", "abc.def.ghi"},
      {"two tokens", "Bearer abc def"},
      {"two credentials", "Bearer abc, Bearer def"},
      {"quoted", "Bearer \"abc\""},
      {"padding inside", "Bearer a=b"},
      {"not ASCII", "Bearer \xc3\xa9"},
      {"a control character", "Bearer abc\x01"},
      {"a tab for the space", "Bearer\tabc"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto token = parse_bearer(c.header);
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().code, ErrorCode::unauthenticated);
  }
}

}  // namespace
}  // namespace tintype::gateway
