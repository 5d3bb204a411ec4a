#include "bucket/s3/request/chunk_parser.h"

#include <gtest/gtest.h>

#include <vector>

namespace tintype::bucket {
namespace {

const sigv4::Scope kScope{.date = "20130524", .region = "us-east-1", .service = "s3"};
const Instant kAt = *parse_amz_date("20130524T000000Z");
const Secret kSecret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

sigv4::ChunkChain chain() {
  return {Secret(sigv4::signing_key(kSecret, kScope)), kScope, kAt, std::string(64, '7')};
}

/// As a client sends it.
std::string chunk(sigv4::ChunkChain& chain, const std::string& content) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx", content.size());
  const std::string head = std::string(size) +
                           ";chunk-signature=" + chain.next(crypto::sha256_hex(as_bytes(content))) +
                           "\r\n";
  return content.empty() ? head : head + content + "\r\n";
}

struct Read {
  std::optional<S3Error> error;
  std::string content;
  bool ended = false;
  http::Headers trailer;
};

/// `body`, in pieces of `piece_size`.
Read read(ChunkParser::Form form, const std::string& body, std::size_t piece_size = 1 << 20) {
  ChunkParser parser(std::move(form));
  Read result;
  for (std::size_t at = 0; at < body.size(); at += piece_size) {
    Bytes bytes = as_bytes(std::string_view(body).substr(at, piece_size));
    while (!bytes.empty()) {
      const auto piece = parser.next(bytes);
      if (!piece) return {piece.error().error, {}, false, {}};
      result.content += as_text(*piece);
    }
  }
  result.ended = parser.ended();
  result.trailer = parser.trailer();
  return result;
}

TEST(ChunkParser, ReadsWhatClientsSign) {
  sigv4::ChunkChain signer = chain();
  const std::string body =
      chunk(signer, "hello ") + chunk(signer, "world") + chunk(signer, "") + "\r\n";
  for (const std::size_t piece_size : {1UL, 2UL, 7UL, 100UL, 1000UL}) {
    const Read got = read({.chain = chain(), .size = 11}, body, piece_size);
    EXPECT_FALSE(got.error);
    EXPECT_EQ(got.content, "hello world");
    EXPECT_TRUE(got.ended);
  }
}

TEST(ChunkParser, ReadsWhatFollows) {
  sigv4::ChunkChain signer = chain();
  std::string body = chunk(signer, "hello") + chunk(signer, "");
  const std::string signature = signer.next_trailer("x-amz-checksum-crc32:NhCmhg==\n");
  // Once as most clients write it, once with the line break that is signed.
  for (const char* const line_end : {"\r\n", "\n\r\n"}) {
    const std::string whole = body + "x-amz-checksum-crc32:NhCmhg==" + line_end +
                              "x-amz-trailer-signature:" + signature + "\r\n\r\n";
    for (const std::size_t piece_size : {1UL, 1000UL}) {
      const Read got = read({.chain = chain(), .has_trailer = true, .size = 5}, whole, piece_size);
      EXPECT_FALSE(got.error);
      EXPECT_TRUE(got.ended);
      EXPECT_EQ(got.content, "hello");
      EXPECT_EQ(got.trailer.find("x-amz-checksum-crc32"), "NhCmhg==");
    }
  }
  const Read unsigned_one = read({.has_trailer = true, .size = 5},
                                 "5\r\nhello\r\n0\r\nX-Amz-Checksum-CRC32: NhCmhg==\r\n\r\n");
  EXPECT_TRUE(unsigned_one.ended);
  EXPECT_EQ(unsigned_one.trailer.find("x-amz-checksum-crc32"), "NhCmhg==");
}

TEST(ChunkParser, RefusesWhatIsNotSo) {
  const std::string zeros(64, '0');
  const struct {
    const char* name;
    bool is_signed;
    bool has_trailer;
    std::string body;
    S3Error error;
  } cases[] = {
      {"no size", false, false, "\r\n", S3Error::invalid_request},
      {"a negative size", false, false, "-5\r\nhello\r\n", S3Error::invalid_request},
      {"a prefixed size", false, false, "0x5\r\nhello\r\n", S3Error::invalid_request},
      {"a size of 65 bits", false, false, "10000000000000005\r\n", S3Error::invalid_request},
      {"more than announced", false, false, "6\r\nhello!\r\n", S3Error::invalid_request},
      {"more in two", false, false, "4\r\nhell\r\n4\r\no!!!\r\n", S3Error::invalid_request},
      {"less than announced", false, false, "4\r\nhell\r\n0\r\n\r\n", S3Error::incomplete_body},
      {"longer than it says", false, false, "4\r\nhello\r\n0\r\n\r\n", S3Error::invalid_request},
      {"line feeds alone", false, false, "5\nhello\n0\n\n", S3Error::invalid_request},
      {"a long line", false, false, std::string(2000, '0') + "5\r\n", S3Error::invalid_request},
      {"something behind", false, false, "5\r\nhello\r\n0\r\n\r\nx", S3Error::invalid_request},
      {"an unexpected field", false, false, "5\r\nhello\r\n0\r\na:b\r\n\r\n",
       S3Error::invalid_request},
      {"a field twice", false, true, "5\r\nhello\r\n0\r\na:b\r\nA:c\r\n\r\n",
       S3Error::invalid_request},
      {"a field without name", false, true, "5\r\nhello\r\n0\r\nab\r\n\r\n",
       S3Error::invalid_request},
      {"no signature", true, false, "5\r\nhello\r\n", S3Error::invalid_request},
      {"another extension", true, false, "5;a=b\r\nhello\r\n", S3Error::invalid_request},
      {"another signature", true, false, "5;chunk-signature=" + zeros + "\r\nhello\r\n",
       S3Error::signature_does_not_match},
      {"an empty signature", true, false, "5;chunk-signature=\r\nhello\r\n",
       S3Error::signature_does_not_match},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    for (const std::size_t piece_size : {1UL, 1000UL}) {
      ChunkParser::Form form{.has_trailer = c.has_trailer, .size = 5};
      if (c.is_signed) form.chain = chain();
      const Read got = read(std::move(form), c.body, piece_size);
      ASSERT_TRUE(got.error);
      EXPECT_EQ(code_of(*got.error), code_of(c.error));
    }
  }
}

TEST(ChunkParser, KnowsWhenSomethingIsMissing) {
  sigv4::ChunkChain signer = chain();
  const std::string body =
      chunk(signer, "hello") + chunk(signer, "") + "x-amz-checksum-crc32:A\r\n";
  EXPECT_EQ(read({.chain = chain(), .has_trailer = true, .size = 5}, body + "\r\n").error,
            S3Error::invalid_request);  // Signed chunks want a signed trailer.
  for (std::size_t size = 0; size < body.size(); ++size)
    EXPECT_FALSE(
        read({.chain = chain(), .has_trailer = true, .size = 5}, body.substr(0, size)).ended);
}

TEST(ChunkParser, RefusesChunksInAnotherOrder) {
  sigv4::ChunkChain signer = chain();
  const std::string first = chunk(signer, "hello");
  const std::string second = chunk(signer, "world");
  EXPECT_EQ(read({.chain = chain(), .size = 10}, second + first).error,
            S3Error::signature_does_not_match);
}

}  // namespace
}  // namespace tintype::bucket
