#include "image/sniff.h"

#include <gtest/gtest.h>

#include "image/codec_samples.h"

namespace tintype::image {
namespace {

using namespace std::string_literals;

TEST(Sniff, KnowsWhatWeRead) {
  const struct {
    const char* name;
    std::string bytes;
    SourceType type;
  } cases[] = {
      {"jpeg", "\xff\xd8\xff\xe1", SourceType::jpeg},
      {"gif 87", "GIF87a", SourceType::gif},
      {"webp", "RIFF\x10\0\0\0WEBPVP8 "s, SourceType::webp},
      {"heic", "\0\0\0\x18"s + "ftypheic\0\0\0\0mif1heic"s, SourceType::heic},
      {"heic by a compatible brand", "\0\0\0\x18"s + "ftypmif1\0\0\0\0mif1heic"s, SourceType::heic},
      {"avif by a compatible brand", "\0\0\0\x18"s + "ftypmif1\0\0\0\0mif1avif"s, SourceType::avif},
      {"heic sequence", "\0\0\0\x18"s + "ftyphevc\0\0\0\0msf1hevc"s, SourceType::heic},
      {"tiff, big endian", "MM\0*\0\0\0\x08"s, SourceType::tiff},
      {"bigtiff", "II+\0\x08"s, SourceType::tiff},
      {"jxl codestream", "\xff\x0a\x7f", SourceType::jxl},
      {"svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", SourceType::svg},
      {"svg behind a prolog",
       "\xef\xbb\xbf<?xml version='1.0'?>\n<!-- <html> -->\n<!DOCTYPE svg>\n <svg>",
       SourceType::svg},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto type = sniff(as_bytes(c.bytes));
    ASSERT_TRUE(type) << type.error().message;
    EXPECT_EQ(*type, c.type);
  }
}

TEST(Sniff, KnowsEverySample) {
  for (const CodecSample& sample : codec_samples()) {
    SCOPED_TRACE(sample.name);
    const auto bytes = from_base64(sample.base64);
    ASSERT_TRUE(bytes);
    const auto type = sniff(as_bytes(*bytes));
    ASSERT_TRUE(type);
    EXPECT_TRUE(media_type(*type).starts_with("image/" + std::string(sample.name)));
  }
}

TEST(Sniff, RefusesTheRest) {
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"nothing", ""},
      {"one byte", "\xff"},
      {"cut signature", "\x89PNG\r\n"},
      {"png broken by a text transfer", "\x89PNG\n\x1a\n"},
      {"bmp", "BM\x46\0\0\0"s},
      {"pdf", "%PDF-1.7"},
      {"postscript", "%!PS-Adobe-3.0"},
      {"html", "<!DOCTYPE html><html><svg></svg></html>"},
      {"xml", "<?xml version='1.0'?><note/>"},
      {"comment without end", "<!-- <svg>"},
      {"riff of another kind", "RIFF\x10\0\0\0WAVEfmt "s},
      {"mp4", "\0\0\0\x18"s + "ftypisom\0\0\0\0isomavc1"s},
      {"brand after the box", "\0\0\0\x10"s + "ftypmif1\0\0\0\0heicheic"s},
      {"brand where the version is", "\0\0\0\x10"s + "ftypmif1avif"s},
      {"zip", "PK\x03\x04"},
      {"photoshop", "8BPS\0\x01"s},
      {"fits", "SIMPLE  =                    T"},
      {"imagemagick's text", "push graphic-context"},
      {"raw (canon)", "\0\0\0\x18"s + "ftypcrx \0\0\0\x01" + "crx isom"s},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto type = sniff(as_bytes(c.bytes));
    ASSERT_FALSE(type) << media_type(*type);
    EXPECT_EQ(type.error().code, ErrorCode::unsupported);
  }
}

}  // namespace
}  // namespace tintype::image
