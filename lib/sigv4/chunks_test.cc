#include "sigv4/chunks.h"

#include <gtest/gtest.h>

#include "crypto/digest.h"

namespace tintype::sigv4 {
namespace {

const Secret kSecret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
const Scope kScope{.date = "20130524", .region = "us-east-1", .service = "s3"};
const Instant kAt = *parse_amz_date("20130524T000000Z");

ChunkChain chain_of(std::string seed) {
  return {Secret(signing_key(kSecret, kScope)), kScope, kAt, std::move(seed)};
}

std::string sha256_of_a(std::size_t count) {
  return crypto::sha256_hex(as_bytes(std::string(count, 'a')));
}

// The examples of the two pages that chunks.h names: 65 KiB in chunks of 64 KiB.
TEST(ChunkChain, AgreesWithTheExamplesOfS3) {
  ChunkChain chain = chain_of("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
  EXPECT_EQ(chain.next(sha256_of_a(65536)),
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648");
  EXPECT_EQ(chain.next(sha256_of_a(1024)),
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497");
  EXPECT_EQ(chain.next(kEmptyPayload),
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
}

TEST(ChunkChain, AgreesWithTheExampleOfATrailer) {
  ChunkChain chain = chain_of("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
  EXPECT_EQ(chain.next(sha256_of_a(65536)),
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2");
  EXPECT_EQ(chain.next(sha256_of_a(1024)),
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7");
  EXPECT_EQ(chain.next(kEmptyPayload),
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992");
  EXPECT_EQ(chain.next_trailer("x-amz-checksum-crc32c:sOO8/Q==\n"),
            "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435");
}

TEST(ChunkChain, DependsOnEverything) {
  const std::string seed(64, '0');
  const std::string first = chain_of(seed).next(kEmptyPayload);
  ChunkChain twice = chain_of(seed);
  EXPECT_EQ(twice.next(kEmptyPayload), first);
  EXPECT_NE(twice.next(kEmptyPayload), first);
  EXPECT_NE(chain_of(std::string(64, '1')).next(kEmptyPayload), first);
  EXPECT_NE(chain_of(seed).next(sha256_of_a(1)), first);
  EXPECT_NE(ChunkChain(Secret("other"), kScope, kAt, seed).next(kEmptyPayload), first);
}

}  // namespace
}  // namespace tintype::sigv4
