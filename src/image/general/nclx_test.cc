#include "image/general/nclx.h"

#include <gtest/gtest.h>

#include <string>

namespace tintype::image {
namespace {

using namespace std::string_literals;

std::string box(const std::string& type, const std::string& content) {
  const std::size_t size = content.size() + 8;
  std::string header(4, '\0');
  for (int i = 0; i < 4; ++i)
    header[static_cast<std::size_t>(i)] = static_cast<char>(size >> (24 - 8 * i) & 255);
  return header + type + content;
}

std::string file_with(const std::string& properties) {
  return box("ftyp", "avif\0\0\0\0avif"s) +
         box("meta", "\0\0\0\0"s + box("hdlr", "pict") + box("iprp", box("ipco", properties))) +
         box("mdat", "pixels");
}

const std::string kPq = box("colr", "nclx\0\x0c\0\x10\0\x06\x80"s);

TEST(FindNclx, ReadsTheCodePoints) {
  EXPECT_EQ(find_nclx(as_bytes(file_with(kPq))), (Nclx{kPrimariesP3, kTransferPq}));
  EXPECT_EQ(find_nclx(as_bytes(file_with(box("ispe", "12345678") + box("colr", "prof1234") + kPq))),
            (Nclx{kPrimariesP3, kTransferPq}));
}

TEST(FindNclx, FindsNothingInAnythingElse) {
  const std::string whole = file_with(kPq);
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"nothing", ""},
      {"not boxes", "GIF89a"},
      {"no colr", file_with(box("ispe", "12345678"))},
      {"another kind of colr", file_with(box("colr", "prof\0\x0c\0\x10\0\x06\x80"s))},
      {"short colr", file_with(box("colr", "nclx\0\x0c\0\x10"s))},
      {"no meta", box("ftyp", "avif") + box("mdat", kPq)},
      {"empty meta", box("meta", "")},
      {"box of size 1 without the large size", "\0\0\0\x01meta"s},
      {"box smaller than its header", "\0\0\0\x04meta"s + whole},
      {"box larger than the file", "\xff\xff\xff\xffmeta"s + whole},
      {"large size over everything", "\0\0\0\x01meta\xff\xff\xff\xff\xff\xff\xff\xff"s + whole},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(find_nclx(as_bytes(c.bytes)), std::nullopt);
  }
}

TEST(FindNclx, SurvivesEveryCut) {
  const std::string whole = file_with(kPq);
  for (std::size_t size = 0; size < whole.size(); ++size)
    find_nclx(as_bytes(std::string(whole, 0, size)));
}

}  // namespace
}  // namespace tintype::image
