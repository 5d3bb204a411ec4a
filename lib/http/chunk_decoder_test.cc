#include "http/chunk_decoder.h"

#include <gtest/gtest.h>

#include <cstring>

namespace tintype::http {
namespace {

struct Decoded {
  std::string data;
  std::string left;
  bool done = false;
  bool damaged = false;
};

/// Feeds `text` to a decoder, `step` bytes at a time.
Decoded decode(const std::string& text, std::size_t step) {
  ChunkDecoder decoder;
  Decoded decoded;
  InBuffer in;
  for (std::size_t at = 0; at < text.size() && !decoded.damaged; at += step) {
    const std::string piece = text.substr(at, step);
    const auto room = in.make_room(in.size() + piece.size());
    std::memcpy(room.data(), piece.data(), piece.size());
    in.commit(piece.size());
    const auto data = decoder.decode(in);
    decoded.damaged = !data;
    if (data) decoded.data += *data;
  }
  decoded.done = decoder.done();
  decoded.left = in.text();
  return decoded;
}

TEST(HttpChunks, AreDecodedHoweverTheyArrive) {
  const struct {
    const char* name;
    std::string text;
    std::string data;
  } cases[] = {
      {"one", "3\r\nabc\r\n0\r\n\r\n", "abc"},
      {"many", "1\r\na\r\n1\r\nb\r\nA\r\n0123456789\r\n0\r\n\r\n", "ab0123456789"},
      {"empty", "0\r\n\r\n", ""},
      {"zeros", "0003\r\nabc\r\n000\r\n\r\n", "abc"},
      {"extension", "3;a=\"b\";c\r\nabc\r\n0;d\r\n\r\n", "abc"},
      {"trailer", "3\r\nabc\r\n0\r\nX-A: b\r\nX-B: c\r\n\r\n", "abc"},
      {"line ends inside", "4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"},
  };
  for (const auto& c : cases) {
    for (std::size_t step = 1; step <= c.text.size() + 4; ++step) {
      SCOPED_TRACE(std::string(c.name) + " by " + std::to_string(step));
      const Decoded decoded = decode(c.text + "GET ", step);
      EXPECT_EQ(decoded.data, c.data);
      EXPECT_TRUE(decoded.done);
      EXPECT_FALSE(decoded.damaged);
      EXPECT_EQ(decoded.left, "GET ");
    }
  }
}

TEST(HttpChunks, RefusesBadCoding) {
  for (const std::string text : {"x\r\nabc\r\n",
                                 "\r\nabc\r\n",
                                 "-3\r\nabc\r\n",
                                 "+3\r\nabc\r\n",
                                 "0x3\r\nabc\r\n",
                                 "3 \r\nabc\r\n",
                                 " 3\r\nabc\r\n",
                                 "3\nabc\r\n",
                                 "3\r\nabcd\r\n0\r\n\r\n",
                                 "3\r\nabc\n0\r\n\r\n",
                                 "3;a\x01\r\nabc\r\n",
                                 "3;a\rb\r\nabc\r\n",
                                 "3;a\nb\r\nabc\r\n",
                                 "3;a\n\r\nabc\r\n",
                                 "3,4\r\nabc\r\n",
                                 "10000000000000000\r\nabc\r\n",
                                 "ffffffffffffffffff\r\nabc\r\n",
                                 "0\r\nbad trailer\r\n\r\n",
                                 "0\r\nA : b\r\n\r\n",
                                 "0\r\n: b\r\n\r\n",
                                 "0\r\n\n"}) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{3}, text.size()}) {
      SCOPED_TRACE(text + " by " + std::to_string(step));
      EXPECT_TRUE(decode(text, step).damaged);
    }
  }
}

TEST(HttpChunks, HoldTheirLimits) {
  const auto line = [](std::size_t size) { return "0;" + std::string(size - 4, 'x') + "\r\n\r\n"; };
  EXPECT_TRUE(decode(line(ChunkDecoder::kLineBytesMax), 7).done);
  EXPECT_TRUE(decode(line(ChunkDecoder::kLineBytesMax + 1), 7).damaged);

  const auto trailers = [](std::size_t count) {
    std::string text = "0\r\n";
    for (std::size_t i = 0; i < count; ++i) text += "A: " + std::string(1021, 'x') + "\r\n";
    return text + "\r\n";
  };
  constexpr std::size_t kCountMax = ChunkDecoder::kTrailerBytesMax / 1024;
  EXPECT_TRUE(decode(trailers(kCountMax), 1000).done);
  EXPECT_TRUE(decode(trailers(kCountMax + 1), 1000).damaged);
}

}  // namespace
}  // namespace tintype::http
