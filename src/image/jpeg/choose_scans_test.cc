#include <gtest/gtest.h>

#include "image/jpeg/decoder.h"
#include "image/jpeg/progressive.h"
#include "image/jpeg/reference.h"
#include "image/jpeg/test_jpegs.h"

namespace tintype::image::jpeg {
namespace {

std::vector<PlannedScan> planned(const std::vector<test::ScanLine>& lines) {
  std::vector<PlannedScan> scans;
  for (const test::ScanLine& line : lines) {
    Scan& scan = scans.emplace_back().scan;
    for (const int component : line.components)
      scan.parts[static_cast<std::size_t>(scan.part_count++)].component = component;
    scan.first = line.first;
    scan.last = line.last;
    scan.high = line.high;
    scan.low = line.low;
  }
  return scans;
}

/// libjpeg's script for Y'CbCr (jcparam.c), which most progressive files have.
const std::vector<test::ScanLine> kUsual = {
    {{0, 1, 2}, 0, 0, 0, 1}, {{0}, 1, 5, 0, 2},  {{2}, 1, 63, 0, 1},      {{1}, 1, 63, 0, 1},
    {{0}, 6, 63, 0, 2},      {{0}, 1, 63, 2, 1}, {{0, 1, 2}, 0, 0, 1, 0}, {{2}, 1, 63, 1, 0},
    {{1}, 1, 63, 1, 0},      {{0}, 1, 63, 1, 0}};
const std::vector<test::ScanLine> kGrey = {{{0}, 0, 0}, {{0}, 1, 5}, {{0}, 6, 14}, {{0}, 15, 63}};

TEST(ChooseScans, TakesWhatTheSidesShow) {
  const struct {
    const char* name;
    std::vector<test::ScanLine> scans;
    int luma_side;
    int chroma_side;
    int missing_bits_max;
    const char* wanted;
    int luma_missing;  // Bits of index 2.
  } cases[] = {
      {"everything", kUsual, 8, 8, 0, "1111111111", 0},
      {"the means", kUsual, 1, 1, 0, "1000001000", 0},
      {"the means of chroma", kUsual, 8, 1, 0, "1100111001", 0},
      // What luma of 2 x 2 keeps is in 1-5, but the later scans refine 1-63.
      {"a quarter", kUsual, 2, 2, 0, "1111111111", 0},
      {"a quarter but for a bit", kUsual, 2, 2, 1, "1111111000", 1},
      {"a quarter but for two", kUsual, 2, 2, 2, "1111001000", 2},
      {"three quarters but for two", kUsual, 6, 6, 2, "1111101000", 2},
      {"never without the means", kUsual, 1, 1, 9, "1000001000", 0},
      {"bands: all", kGrey, 8, 8, 0, "1111", 0},
      {"bands: 4 x 4 ends at index 24", kGrey, 4, 8, 0, "1111", 0},
      {"bands: 3 x 3 ends at index 12", kGrey, 3, 8, 0, "1110", 0},
      {"bands: 2 x 2 ends at index 4", kGrey, 2, 8, 0, "1100", 0},
      {"bands: the mean", kGrey, 1, 8, 0, "1000", 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto scans = planned(c.scans);
    const Frame frame = {.component_count = scans[0].scan.part_count, .components = {}};
    const auto missing = choose_scans(
        frame, {&Layout::of(c.luma_side), &Layout::of(c.chroma_side), &Layout::of(c.chroma_side)},
        c.missing_bits_max, scans);
    ASSERT_TRUE(missing.has_value()) << missing.error().message;
    std::string wanted;
    for (const PlannedScan& each : scans) wanted += each.wanted ? '1' : '0';
    EXPECT_EQ(wanted, c.wanted);
    EXPECT_EQ((*missing)[0][2], c.luma_missing);
    EXPECT_EQ((*missing)[0][0], 0);
  }
}

TEST(ChooseScans, RefusesWhatDoesNotFollow) {
  const test::ScanLine dc = {{0}, 0, 0};
  const struct {
    const char* name;
    std::vector<test::ScanLine> scans;
  } cases[] = {
      {"no means", {{{0}, 1, 63}}},
      {"means behind the rest", {{{0}, 1, 63}, dc}},
      {"means twice", {dc, dc}},
      {"a band twice", {dc, {{0}, 1, 5}, {{0}, 1, 5}}},
      {"bands that overlap", {dc, {{0}, 1, 5}, {{0}, 5, 63}}},
      {"refined before it comes", {dc, {{0}, 1, 5, 1, 0}}},
      {"refined in part before it comes", {dc, {{0}, 1, 5, 0, 1}, {{0}, 1, 6, 1, 0}}},
      {"a bit left out", {dc, {{0}, 1, 5, 0, 2}, {{0}, 1, 5, 1, 0}}},
      {"refined twice", {dc, {{0}, 1, 5, 0, 1}, {{0}, 1, 5, 1, 0}, {{0}, 1, 5, 1, 0}}},
      {"means refined before they come", {{{0}, 0, 0, 1, 0}}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto scans = planned(c.scans);
    const Frame frame = {.component_count = 1, .components = {}};
    const Layout& layout = Layout::of(8);
    const auto missing = choose_scans(frame, {&layout, &layout, &layout}, 0, scans);
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, ErrorCode::unsupported);
  }
}

/// How far two channels are from each other, at most.
int distance(const Channel& a, const Channel& b) {
  int most = 0;
  for (int y = 0; y < a.plane.height(); ++y)
    for (int x = 0; x < a.plane.width(); ++x)
      most = std::max(most, std::abs(a.plane.row(y)[x] - b.plane.row(y)[x]));
  return most;
}

/// What leaving out the last `bits` of every coefficient but the mean can change, at most.
double error_max(const reference::Component& component, int side, int bits) {
  double sum = 0;
  for (std::size_t index = 1; index < kCoefficients; ++index) {
    if (!Layout::of(side).keeps(static_cast<int>(index))) continue;
    const int natural = reference::kNaturalOrder[index];
    const double weight = natural / 8 == 0 || natural % 8 == 0 ? std::sqrt(2.0) : 2.0;
    sum += ((1 << bits) - 1) * component.steps[index] * weight / 8;
  }
  return sum + 1;  // And both are rounded.
}

TEST(ChooseScans, KeepsTheErrorOfMissingBitsBounded) {
  for (const char* coding : {"progressive", "refined three times", "bands refined apart"}) {
    const std::string file = test::make_jpeg(
        {.width = 100, .height = 70, .coding = test::coding(coding), .quality = 90});
    const auto theirs = reference::read(as_bytes(file));
    ASSERT_TRUE(theirs.has_value());
    for (const int side : {1, 2, 4, 8}) {
      SCOPED_TRACE(testing::Message() << coding << ", side " << side);
      Request request = {.luma_side = side,
                         .chroma_side = side,
                         .window = {.left = 0, .top = 0, .width = 100, .height = 70}};
      const auto whole = decode(as_bytes(file), request);
      ASSERT_TRUE(whole.has_value());
      for (const int bits : {1, 2}) {
        request.missing_bits_max = bits;
        const auto coarse = decode(as_bytes(file), request);
        ASSERT_TRUE(coarse.has_value());
        const int error = distance(whole->luma, coarse->luma);
        EXPECT_LE(error, error_max(theirs->components[0], side, bits));
        EXPECT_EQ(error == 0, side == 1);  // The mean is always exact; bits of the rest are not.
      }
    }
  }
}

}  // namespace
}  // namespace tintype::image::jpeg
