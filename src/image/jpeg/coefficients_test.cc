// What is kept of the coefficients is what libjpeg-turbo reads, bit for bit.

#include <fmt/format.h>
#include <gtest/gtest.h>

// Says for which processors there is code; comes before highway.h.
#include "image/jpeg/dispatch.h"

#include <hwy/highway.h>

#include "image/jpeg/decoder.h"
#include "image/jpeg/reference.h"
#include "image/jpeg/test_jpegs.h"

namespace tintype::image::jpeg {
namespace {

using namespace std::string_view_literals;

constexpr std::array kSides = {1, 2, 3, 4, 6, 8};

/// Empty if everything that `ours` keeps of component `index` is as in `theirs`.
std::string difference(const reference::Component& theirs, const Coefficients& ours,
                       std::size_t index) {
  const CoefficientStore& store = ours.stores[index];
  const Layout& layout = store.layout();
  const Component& component = ours.frame.components[index];
  // A component alone has no padding; libjpeg's array may.
  const bool alone = theirs.horizontal != component.horizontal || ours.frame.component_count == 1;
  const int wide = alone ? component.blocks_wide : theirs.blocks_wide;
  const int high = alone ? component.blocks_high : theirs.blocks_high;
  if (store.rows() < high) return "rows";
  for (int y = 0; y < high; ++y)
    for (int x = 0; x < wide; ++x)
      for (std::size_t at = 0; at < kCoefficients; ++at) {
        if (!layout.keeps(static_cast<int>(at))) continue;
        const int mine = store.block(x, y)[layout.offset[at]];
        const int other =
            theirs.block(x, y)[static_cast<std::size_t>(reference::kNaturalOrder[at])];
        if (mine != other)
          return fmt::format("component {}, block {} {}, index {}: {} for {}", index, x, y, at,
                             mine, other);
      }
  return {};
}

void expect_exact(const std::string& file, int lead_bytes = kLeadBytes) {
  const auto theirs = reference::read(as_bytes(file));
  ASSERT_TRUE(theirs.has_value());
  for (const int side : kSides) {
    SCOPED_TRACE(side);
    const auto ours = read_coefficients(as_bytes(file), side, lead_bytes);
    ASSERT_TRUE(ours.has_value()) << ours.error().message;
    ASSERT_EQ(ours->frame.component_count, static_cast<int>(theirs->components.size()));
    for (std::size_t i = 0; i < theirs->components.size(); ++i)
      EXPECT_EQ(difference(theirs->components[i], *ours, i), "");
  }
}

TEST(Coefficients, AreThoseOfLibjpegForEverySamplingSizeAndCoding) {
  const std::array<Size, 7> sizes = {
      {{1, 1}, {7, 9}, {8, 8}, {15, 17}, {16, 16}, {33, 65}, {250, 131}}};
  constexpr std::array kQualities = {5, 50, 95, 100};
  constexpr std::array kContents = {test::Content::noise, test::Content::gradient,
                                    test::Content::flat};
  // Qualities and contents take turns: 4 and 3 have no divisor with 7 sizes, so all meet.
  std::size_t turn = 0;
  for (const test::Sampling& sampling : test::samplings())
    for (const test::Coding& coding : test::codings())
      for (const Size size : sizes) {
        const test::Recipe recipe = {.width = size.width,
                                     .height = size.height,
                                     .sampling = sampling,
                                     .coding = coding,
                                     .quality = kQualities[turn % kQualities.size()],
                                     .content = kContents[turn % kContents.size()]};
        ++turn;
        SCOPED_TRACE(fmt::format("{}, {}, {} x {}, quality {}, content {}", sampling.name,
                                 coding.name, size.width, size.height, recipe.quality,
                                 static_cast<int>(recipe.content)));
        expect_exact(test::make_jpeg(recipe));
        if (testing::Test::HasFailure()) return;  // One is enough to look at.
      }
}

TEST(Coefficients, OfNoiseAtEveryQualityAndCodingOnEveryProcessor) {
  for (const auto target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    for (const test::Coding& coding : test::codings())
      for (const int quality : {1, 20, 75, 90, 99, 100}) {
        SCOPED_TRACE(
            fmt::format("{}, {}, quality {}", hwy::TargetName(target), coding.name, quality));
        expect_exact(
            test::make_jpeg({.width = 70, .height = 50, .coding = coding, .quality = quality}), 64);
      }
  }
  hwy::SetSupportedTargetsForTest(0);
}

TEST(Coefficients, AreTheSameHoweverFarAheadTheScoutBegins) {
  // From a few bytes, where lanes meet after each MCU or never, to what no file here has.
  constexpr std::array kLeads = {1, 2, 3, 7, 20, 64, 150, 400, 1000, 3000};
  constexpr std::array kCodings = {
      "baseline",          "optimised",        "restart after three MCUs", "restart after a row",
      "one scan for each", "luma, then chroma"};
  constexpr std::array kQualities = {15, 60, 90};
  for (const test::Sampling& sampling : test::samplings())
    for (const char* coding : kCodings)
      for (const int lead : kLeads) {
        const int quality = kQualities[static_cast<std::size_t>(lead) % kQualities.size()];
        SCOPED_TRACE(fmt::format("{}, {}, lead {}", sampling.name, coding, lead));
        expect_exact(test::make_jpeg({.width = 150 + lead % 7,
                                      .height = 90 + lead % 5,
                                      .sampling = sampling,
                                      .coding = test::coding(coding),
                                      .quality = quality}),
                     lead);
        if (testing::Test::HasFailure()) return;
      }
}

TEST(Coefficients, ThatLeaveSixteenBitsAreRefinedAsWhatIsLeftOfThem) {
  // One block, of which a first scan says that a coefficient is 8, shifted by 13: of that, sixteen
  // bits leave nothing. So the scan that refines it has no bit for it.
  const auto code = [](int table, std::string_view counts, std::string_view symbols) {
    std::string content(1, static_cast<char>(table));
    content.append(counts).append(16 - counts.size(), '\0').append(symbols);
    return test::segment(0xc4, content);
  };
  const std::string file =
      "\xff\xd8" + test::segment(0xdb, std::string(1, '\0') + std::string(64, '\1')) +
      test::segment(0xc2, "\x08\0\x08\0\x08\1\1\x11\0"sv) + code(0x00, "\1", "\0"sv) +
      code(0x10, "\0\2"sv, "\0\4"sv) + test::segment(0xda, "\1\1\0\0\0\0"sv) + "\x7f" +
      test::segment(0xda, "\1\1\0\1\x3f\x0d"sv) + "\x60" +
      test::segment(0xda, "\1\1\0\1\x3f\xdc"sv) + "\x3f\xff\xd9";
  expect_exact(file);
}

TEST(Coefficients, OfAGreyPictureAreTheSameWhateverItsFactors) {
  const auto plain =
      read_coefficients(as_bytes(test::make_jpeg({.sampling = test::sampling("grey")})), 8);
  const auto doubled =
      read_coefficients(as_bytes(test::make_jpeg({.sampling = test::sampling("grey of 2x2")})), 8);
  ASSERT_TRUE(plain.has_value() && doubled.has_value());
  ASSERT_EQ(plain->stores[0].rows(), doubled->stores[0].rows());
  for (int y = 0; y < plain->stores[0].rows(); ++y)
    EXPECT_EQ(plain->stores[0].block(3, y)[0], doubled->stores[0].block(3, y)[0]);
}

}  // namespace
}  // namespace tintype::image::jpeg
