#include "crypto/seal.h"

#include <gtest/gtest.h>

namespace tintype::crypto {
namespace {

TEST(Seal, GivesBackWhatWasSealed) {
  const Secret key = make_seal_key();
  for (const std::string& text : {std::string(), std::string("secret"), std::string(1000, '\0')}) {
    const std::string sealed = seal(key, Secret(text), "place");
    EXPECT_EQ(sealed.size(), text.size() + 24 + 16);
    const auto plain = unseal(key, sealed, "place");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->reveal(), text);
  }
}

TEST(Seal, IsAnotherEachTime) {
  const Secret key = make_seal_key();
  EXPECT_NE(seal(key, Secret("secret"), "place"), seal(key, Secret("secret"), "place"));
}

TEST(Seal, OpensOnlyAsItWasSealed) {
  const Secret key = make_seal_key();
  const std::string sealed = seal(key, Secret("secret"), "place");
  const auto code_of = [](const Result<Secret>& result) {
    EXPECT_FALSE(result);
    return result ? ErrorCode::internal : result.error().code;
  };
  EXPECT_EQ(code_of(unseal(key, sealed, "another place")), ErrorCode::corrupt);
  EXPECT_EQ(code_of(unseal(make_seal_key(), sealed, "place")), ErrorCode::corrupt);
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_EQ(code_of(unseal(key, changed, "place")), ErrorCode::corrupt) << at;
    EXPECT_EQ(code_of(unseal(key, sealed.substr(0, at), "place")), ErrorCode::corrupt) << at;
  }
}

}  // namespace
}  // namespace tintype::crypto
