#include "bucket/checksum.h"

#include <gtest/gtest.h>

namespace tintype::bucket {
namespace {

std::string of(ChecksumKind kind, std::string_view text, std::size_t piece_size) {
  Checksum checksum(kind);
  for (; !text.empty(); text.remove_prefix(std::min(piece_size, text.size())))
    checksum.update(as_bytes(text.substr(0, piece_size)));
  return to_hex(as_bytes(checksum.finish()));
}

/// The check values of "123456789" (Williams 1993; RFC 3720; NVM Express) and those of FIPS 180.
TEST(Checksum, IsAsPublished) {
  const struct {
    ChecksumKind kind;
    const char* text;
    const char* hex;
  } cases[] = {
      {ChecksumKind::crc32, "123456789", "cbf43926"},
      {ChecksumKind::crc32c, "123456789", "e3069283"},
      {ChecksumKind::crc64nvme, "123456789", "ae8b14860a799888"},
      {ChecksumKind::crc32, "", "00000000"},
      {ChecksumKind::crc64nvme, "", "0000000000000000"},
      {ChecksumKind::crc32, "The quick brown fox jumps over the lazy dog", "414fa339"},
      {ChecksumKind::crc32c, "The quick brown fox jumps over the lazy dog", "22620404"},
      {ChecksumKind::sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {ChecksumKind::sha256, "abc",
       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(to_string(c.kind));
    EXPECT_EQ(of(c.kind, c.text, 1000), c.hex);
    EXPECT_EQ(of(c.kind, c.text, 1), c.hex);
    EXPECT_EQ(of(c.kind, c.text, 3), c.hex);
    EXPECT_EQ(std::string(c.hex).size(), 2 * size_of(c.kind));
  }
}

TEST(Checksum, HasNamesThatAreReadAgain) {
  for (const ChecksumKind kind : kChecksumKinds) {
    EXPECT_EQ(parse_checksum_kind(to_string(kind)), kind);
    EXPECT_EQ(parse_checksum_kind(to_lower(to_string(kind))), kind);
    const ContentChecksum checksum{.kind = kind, .base64 = "AAAA-2"};
    EXPECT_EQ(read_checksum(write_checksum(checksum)), checksum);
  }
  EXPECT_EQ(header_of(ChecksumKind::crc64nvme), "x-amz-checksum-crc64nvme");
  EXPECT_EQ(element_of(ChecksumKind::crc64nvme), "ChecksumCRC64NVME");
  EXPECT_FALSE(parse_checksum_kind("MD5"));
  EXPECT_FALSE(read_checksum("CRC32"));
  EXPECT_EQ((ContentChecksum{.base64 = "AAAA"}.type()), ChecksumType::full_object);
  EXPECT_EQ((ContentChecksum{.base64 = "AAAA-2"}.type()), ChecksumType::composite);
}

}  // namespace
}  // namespace tintype::bucket
