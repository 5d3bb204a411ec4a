#include "edge/negotiation.h"

#include <gtest/gtest.h>

#include <vector>

namespace tintype::edge {
namespace {

using image::Format;

const std::vector<Format> kUsual = {Format::jpeg, Format::webp, Format::avif};

TEST(ChooseFormat, GivesEachClientWhatItKnows) {
  const struct {
    const char* name;
    std::optional<std::string_view> accept;
    Format format;
    std::vector<Format> offered = kUsual;
  } cases[] = {
      // https://developer.mozilla.org/docs/Web/HTTP, "List of default Accept values".
      {"Chrome", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", Format::avif},
      {"Firefox 128", "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
       Format::avif},
      {"Firefox 92", "image/webp,*/*", Format::webp},
      {"Firefox 65", "image/webp,*/*;q=0.8", Format::webp},
      {"Safari", "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", Format::jpeg},
      {"Safari 18",
       "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,"
       "image/svg+xml,image/*;q=0.8,*/*;q=0.5",
       Format::avif},
      {"a page, in the address bar",
       "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
       Format::avif},
      {"curl", "*/*", Format::jpeg},
      {"none", std::nullopt, Format::jpeg},
      {"empty", "", Format::jpeg},
      {"spaces", "  ", Format::jpeg},
      {"any image", "image/*", Format::jpeg},
      {"named beats a wildcard of the same quality", "image/jpeg,image/*", Format::jpeg},
      {"named, in capitals", "IMAGE/WEBP", Format::webp},
      {"of two named alike, ours", "image/jpeg,image/webp", Format::webp},
      {"quality goes first", "image/avif;q=0.5,image/webp;q=0.9,image/jpeg;q=0.1", Format::webp},
      {"a better wildcard", "image/avif;q=0.3,*/*;q=0.9", Format::jpeg},
      {"refused by name", "image/avif;q=0,image/webp;q=0.0,*/*", Format::jpeg},
      {"the first refused by name", "image/jpeg;q=0,*/*", Format::webp},
      {"all refused", "image/*;q=0", Format::jpeg},
      {"everything refused", "*/*;q=0", Format::jpeg},
      {"only what we do not have", "text/html,image/jxl", Format::jpeg},
      {"other parameters", "image/avif;profile=x;q=0.7,image/webp;q=0.6", Format::avif},
      {"a quality that is none counts as zero", "image/avif;q=high,image/webp;q=0.1", Format::webp},
      {"a quality over one counts as zero", "image/avif;q=7,image/webp;q=0.1", Format::webp},
      {"spaces around all", " image/webp ; q=0.5 , image/avif ; q=0.4 ", Format::webp},
      {"empty elements", ",,,image/webp,,", Format::webp},
      {"no type at all", ";q=1,/,*", Format::jpeg},
      {"a name that only begins alike", "image/webp2,image/avifs", Format::jpeg},
      {"one offered", "image/avif", Format::png, {Format::png}},
      {"the first listed is the server's", "*/*", Format::webp, {Format::webp, Format::jpeg}},
      {"png before jpeg as listed",
       "image/png,image/jpeg",
       Format::png,
       {Format::png, Format::jpeg}},
      {"jpeg before png as listed",
       "image/png,image/jpeg",
       Format::jpeg,
       {Format::jpeg, Format::png}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(image::to_string(choose_format(c.accept, c.offered)), image::to_string(c.format));
  }
}

TEST(ChooseFormat, ReadsALongHeader) {
  std::string accept;
  for (int i = 0; i < 5000; ++i) accept += "a/b,";
  accept += "image/webp";

  EXPECT_EQ(choose_format(accept, kUsual), Format::webp);
}

}  // namespace
}  // namespace tintype::edge
