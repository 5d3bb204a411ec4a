#include "gateway/issuer/sign_in_name.h"

#include <gtest/gtest.h>

namespace tintype::gateway {
namespace {

TEST(SignInName, IsKeptInOneForm) {
  EXPECT_EQ(SignInName::parse("  Ada\u00a0Lovelace ")->str(), "Ada Lovelace");
  EXPECT_EQ(SignInName::parse("ADA")->key(), SignInName::parse("ada")->key());
  EXPECT_NE(SignInName::parse("\u0430da")->key(), SignInName::parse("ada")->key());
  EXPECT_EQ(SignInName::parse("\u0430da")->skeleton(), SignInName::parse("ada")->skeleton());
  EXPECT_TRUE(SignInName::parse(std::string(64, 'a')));
}

TEST(SignInName, RefusesWhatIsNone) {
  std::string wide;
  for (int i = 0; i < 64; ++i) wide += "\u4e16";
  for (const std::string& text : {std::string(), std::string("  "), std::string(65, 'a'), wide,
                                  std::string("a\nb"), std::string("a\0b", 3), std::string("\xff"),
                                  std::string("a\u202eb"), std::string("a\u200bb")}) {
    const auto name = SignInName::parse(text);
    ASSERT_FALSE(name) << text;
    EXPECT_EQ(name.error().code, ErrorCode::invalid_argument);
  }
}

TEST(NewPassword, HasALengthAndNoOtherRule) {
  const auto name = *SignInName::parse("Ada Lovelace");
  for (const std::string& text :
       {std::string("12345678"), std::string("aaaaaaaa"), std::string(1024, 'x'),
        std::string("\u4e16\u4e16\u4e16\u4e16\u4e16\u4e16\u4e16\u4e16"), std::string("        ")})
    EXPECT_TRUE(check_new_password(Secret(text), name)) << text;
  for (const std::string& text :
       {std::string(), std::string("1234567"), std::string(1025, 'x'), std::string("ada lovelace"),
        std::string("ADA LOVELACE"), std::string("\uff21da Lovelace"), std::string("\xff 12345678"),
        // Three bytes each, but seven characters.
        std::string("\u4e16\u4e16\u4e16\u4e16\u4e16\u4e16\u4e16")})
    EXPECT_FALSE(check_new_password(Secret(text), name)) << text;
}

TEST(NormalPassword, IsTheSameFromEveryKeyboard) {
  EXPECT_EQ(normal_password(Secret("Zoe\u0308 \uff41")).reveal(), "Zo\u00eb a");
  EXPECT_EQ(normal_password(Secret("\xff")).reveal(), "\xff");
}

}  // namespace
}  // namespace tintype::gateway
