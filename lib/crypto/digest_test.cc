#include "crypto/digest.h"

#include <gtest/gtest.h>

namespace tintype::crypto {
namespace {

std::string digest_hex(DigestKind kind, std::string_view text) {
  Digest digest(kind);
  digest.update(as_bytes(text));
  return to_hex(as_bytes(digest.finish()));
}

TEST(Digest, AgreesWithPublishedVectors) {
  // RFC 1321 A.5; RFC 3174 7.3; FIPS 180-4 examples (csrc.nist.gov, SHA256.pdf).
  const struct {
    const char* name;
    DigestKind kind;
    const char* text;
    const char* hex;
  } cases[] = {
      {"md5 of nothing", DigestKind::md5, "", "d41d8cd98f00b204e9800998ecf8427e"},
      {"md5", DigestKind::md5, "message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
      {"sha1", DigestKind::sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {"sha256 of nothing", DigestKind::sha256, "",
       "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"sha256", DigestKind::sha256, "abc",
       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(digest_hex(c.kind, c.text), c.hex);
  }
}

TEST(Digest, DoesNotDependOnHowTheBytesArrive) {
  Digest digest(DigestKind::sha256);
  for (const std::string_view part : {"a", "", "b", "c"}) digest.update(as_bytes(part));
  Digest moved = std::move(digest);

  EXPECT_EQ(moved.finish(), sha256(as_bytes("abc")));
  EXPECT_EQ(sha256_hex(as_bytes("abc")), to_hex(as_bytes(sha256(as_bytes("abc")))));
}

TEST(HmacSha256, AgreesWithRfc4231) {
  // https://www.rfc-editor.org/rfc/rfc4231#section-4
  const struct {
    const char* name;
    std::string key;
    std::string text;
    const char* hex;
  } cases[] = {
      {"case 1", std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"case 2, a short key", "Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {"case 6, a key longer than a block", std::string(131, '\xaa'),
       "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(to_hex(as_bytes(hmac_sha256(c.key, as_bytes(c.text)))), c.hex);
  }
}

TEST(HmacSha256, TakesAnEmptyKey) {
  EXPECT_EQ(to_hex(as_bytes(hmac_sha256("", {}))),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

// RFC 2202, 3.
TEST(HmacSha1, IsAsPublished) {
  EXPECT_EQ(to_hex(as_bytes(hmac_sha1(std::string(20, '\x0b'), as_bytes("Hi There")))),
            "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(to_hex(as_bytes(hmac_sha1("Jefe", as_bytes("what do ya want for nothing?")))),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

TEST(EqualInConstantTime, ComparesWholeTexts) {
  const struct {
    const char* name;
    std::string a;
    std::string b;
    bool equal;
  } cases[] = {
      {"empty", "", "", true},
      {"same", "secret", "secret", true},
      {"last", "secret", "secreT", false},
      {"first", "secret", "Secret", false},
      {"prefix", "secret", "sec", false},
      {"longer", "sec", "secret", false},
      {"behind a NUL", std::string("a\0b", 3), std::string("a\0c", 3), false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(equal_in_constant_time(c.a, c.b), c.equal);
  }
}

}  // namespace
}  // namespace tintype::crypto
