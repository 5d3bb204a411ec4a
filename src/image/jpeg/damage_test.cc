// What is cut, broken or not ours is refused, with the code that says what to do about it.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "image/jpeg/decoder.h"
#include "image/jpeg/test_damage.h"
#include "image/jpeg/test_jpegs.h"

namespace tintype::image::jpeg {
namespace {

using namespace std::string_view_literals;
using test::expect_outcomes;
using test::inserted;
using test::replaced;
using test::without;

/// Decodes all of it, at every size of interest; the first error that comes.
Status try_all(const std::string& file, int lead_bytes) {
  TRY_LET(const Info info, read_info(as_bytes(file)));
  for (const int side : {8, 1}) {
    const Request request = {
        .luma_side = side,
        .chroma_side = side,
        .window = {.left = 0, .top = 0, .width = info.size.width, .height = info.size.height},
        .lead_bytes = lead_bytes};
    TRY(decode(as_bytes(file), request));
  }
  return {};
}

/// "ok", or the error's code, which does not depend on what was read ahead.
std::string_view outcome(const std::string& file) {
  constexpr std::array kLeads = {kLeadBytes, 30, 1};
  std::string_view common;
  for (const int lead : kLeads) {
    const Status status = try_all(file, lead);
    const std::string_view found = status ? "ok" : to_string(status.error().code);
    if (!common.empty() && found != common) return "not always the same";
    common = found;
  }
  return common;
}

std::string small(const char* coding, const char* sampling = "4:2:0") {
  return test::make_jpeg({.width = 20,
                          .height = 18,
                          .sampling = test::sampling(sampling),
                          .coding = test::coding(coding),
                          .quality = 30});
}

TEST(Damage, ACutAfterAnyByteIsFound) {
  for (const char* coding : {"optimised", "restart after every MCU", "one scan for each",
                             "progressive", "refined three times"}) {
    const std::string file = small(coding);
    ASSERT_EQ(outcome(file), "ok");
    for (std::size_t size = 0; size < file.size(); ++size)
      ASSERT_EQ(outcome(file.substr(0, size)), "damaged_input") << coding << ", " << size;
  }
}

TEST(Damage, AnyFlippedBitIsSurvived) {
  for (const char* coding : {"restart after three MCUs", "bands refined apart"}) {
    const std::string file = small(coding);
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
      std::string flipped = file;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
      const auto found = outcome(flipped);
      const bool known = found == "ok" || found == "damaged_input" || found == "unsupported";
      ASSERT_TRUE(known) << coding << ", " << bit << ": " << found;
    }
  }
}

TEST(Damage, OfRestartsIsFound) {
  const std::string file = small("restart after every MCU");
  const std::size_t first = test::find_marker(file, 0xd0);
  const std::size_t second = test::find_marker(file, 0xd1);
  expect_outcomes(
      outcome, {
                   {"untouched", file, "ok"},
                   {"fill bytes before a marker", inserted(file, first, "\xff\xff\xff"), "ok"},
                   {"a marker behind the last", inserted(file, file.size() - 2, "\xff\xd3"), "ok"},
                   {"one is missing", without(file, first, 2), "damaged_input"},
                   {"its data too", without(file, first, second - first), "damaged_input"},
                   {"a wrong number", replaced(file, second, "\xff\xd2"), "damaged_input"},
                   {"another marker", replaced(file, second, "\xff\xfe"), "damaged_input"},
                   {"an end", replaced(file, second, "\xff\xd9"), "damaged_input"},
                   {"no data between two", inserted(file, first, "\xff\xd0"), "damaged_input"},
               });
}

TEST(Damage, OfTheOrderOfScansIsFound) {
  // SOS, three components, bands: 14 bytes; one component: 10. The band is behind the components.
  const std::string file = small("bands refined apart", "grey");
  const std::size_t dc = test::find_marker(file, 0xda);
  const std::size_t ac = test::find_marker(file, 0xda, 1);
  const std::size_t refining = test::find_marker(file, 0xda, 3);
  expect_outcomes(
      outcome,
      {
          {"untouched", file, "ok"},
          {"refined before it comes", replaced(file, ac + 9, "\x32"), "unsupported"},
          {"comes again instead of refined", replaced(file, refining + 9, "\x01"), "unsupported"},
          {"refined by two bits", replaced(file, refining + 9, "\x20"), "damaged_input"},
          {"shifted by 14", replaced(file, ac + 9, "\x0e"), "damaged_input"},
          {"band of nothing", replaced(file, ac + 7, "\x06\x05"), "damaged_input"},
          {"band beyond the block", replaced(file, ac + 7, "\x01\x40"), "damaged_input"},
          {"means with more", replaced(file, dc + 7, "\x00\x05"sv), "damaged_input"},
          {"no means", without(file, dc, ac - dc), "unsupported"},
      });
}

TEST(Damage, ScansThatAreNotThereOrTwiceAreForOthers) {
  const std::string file = small("one scan for each");
  const std::size_t luma = test::find_marker(file, 0xda);
  const std::size_t cb = test::find_marker(file, 0xda, 1);
  const std::size_t cr = test::find_marker(file, 0xda, 2);
  EXPECT_EQ(outcome(file), "ok");
  EXPECT_EQ(outcome(without(file, cb, cr - cb)), "unsupported");
  EXPECT_EQ(outcome(inserted(file, cb, file.substr(luma, cb - luma))), "unsupported");
}

/// A hundred scans, or more.
std::string many_scans(int count) {
  test::Coding coding = {.name = "", .scans = {{{0, 1, 2}, 0, 0}}};
  for (int i = 1; i < count; ++i)
    coding.scans.push_back({{(i - 1) / 63}, (i - 1) % 63 + 1, (i - 1) % 63 + 1});
  return test::make_jpeg({.width = 8, .height = 8, .coding = coding});
}

TEST(Damage, AHundredScansAreEnough) {
  EXPECT_EQ(outcome(many_scans(100)), "ok");
  EXPECT_EQ(outcome(many_scans(101)), "too_large");
}

TEST(Damage, AHeaderAloneGetsNoMemory) {
  for (const char* coding : {"baseline", "progressive", "one scan for each"}) {
    SCOPED_TRACE(coding);
    const std::string file = small(coding);
    const bool progressive = std::string_view(coding) == "progressive";
    const std::size_t frame = test::find_marker(file, progressive ? 0xc2 : 0xc0);
    // As vast as the format knows: gigabytes, if they were asked for.
    const std::string vast = replaced(file, frame + 5, "\xff\xff\xff\xff");
    EXPECT_EQ(outcome(vast), "damaged_input");
    const auto everything = read_coefficients(as_bytes(vast), 8);
    ASSERT_FALSE(everything.has_value());
    EXPECT_EQ(everything.error().code, ErrorCode::damaged_input);
  }
}

}  // namespace
}  // namespace tintype::image::jpeg
