#include "crypto/password.h"

#include <gtest/gtest.h>

namespace tintype::crypto {
namespace {

TEST(Password, HoldsForItselfAlone) {
  const Secret password("correct horse battery staple");
  const auto hash = hash_password(password);
  ASSERT_TRUE(hash);

  EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=65536,t=2,p=1$")) << *hash;
  EXPECT_TRUE(verify_password(*hash, password));
  EXPECT_FALSE(verify_password(*hash, Secret("correct horse battery stapl")));
  EXPECT_FALSE(verify_password(*hash, Secret("Correct horse battery staple")));
}

TEST(Password, IsSalted) { EXPECT_NE(*hash_password(Secret("x")), *hash_password(Secret("x"))); }

TEST(Password, KeepsItsLimits) {
  const Secret longest(std::string(kPasswordSizeMax, 'p'));
  const auto hash = hash_password(longest);
  ASSERT_TRUE(hash);
  EXPECT_TRUE(verify_password(*hash, longest));

  const Secret over(std::string(kPasswordSizeMax + 1, 'p'));
  EXPECT_EQ(hash_password(over).error().code, ErrorCode::too_large);
  EXPECT_FALSE(verify_password(*hash, over));
  EXPECT_EQ(hash_password(Secret("")).error().code, ErrorCode::invalid_argument);
  EXPECT_FALSE(verify_password(*hash, Secret("")));
}

TEST(VerifyPassword, RefusesTextsThatAreNoHash) {
  const struct {
    const char* name;
    std::string hash;
  } cases[] = {
      {"empty", ""},
      {"the password itself", "password"},
      {"another algorithm", "$2b$12$KbQiHKTa0WIsQFTQWQKCiujoTJJB7MCMSaSgG/imVkKRicMPwgN5i"},
      {"cut", "$argon2id$v=19$m=65536,t=2,p=1$"},
      {"no memory cost", "$argon2id$v=19$m=0,t=0,p=0$AAAA$AAAA"},
      {"too long", "$argon2id$" + std::string(1000, 'A')},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_FALSE(verify_password(c.hash, Secret("password")));
  }
}

}  // namespace
}  // namespace tintype::crypto
