// From coefficients to samples: at full size as libjpeg's slow integer transform, below as a
// transform in double precision; whole or in part, streaming or stored.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "image/jpeg/decoder.h"
#include "image/jpeg/reference.h"
#include "image/jpeg/test_jpegs.h"

namespace tintype::image::jpeg {
namespace {

constexpr std::array kSides = {1, 2, 3, 4, 6, 8};

const Channel& channel_of(const Photo& photo, std::size_t index) {
  const std::array<const Channel*, 3> all = {&photo.luma, &photo.cb, &photo.cr};
  return *all[index];
}

/// Samples of a block, `side` x `side` of them: T.81, A.3.3, with `side` for 8.
std::vector<double> transformed(const reference::Component& component, int x, int y, int side) {
  constexpr double kPi = 3.14159265358979323846;
  const auto& block = component.block(x, y);
  std::array<double, kCoefficients> values = {};
  for (std::size_t at = 0; at < kCoefficients; ++at) {
    const auto natural = static_cast<std::size_t>(reference::kNaturalOrder[at]);
    values[natural] = block[natural] * component.steps[at];
  }
  const auto weight = [&](int frequency) { return std::sqrt((frequency == 0 ? 1.0 : 2.0) / side); };
  std::vector<double> samples;
  for (int row = 0; row < side; ++row)
    for (int column = 0; column < side; ++column) {
      double sum = 0;
      for (int v = 0; v < side; ++v)
        for (int u = 0; u < side; ++u)
          sum += weight(u) * weight(v) * values[static_cast<std::size_t>(v * 8 + u)] *
                 std::cos((2 * column + 1) * u * kPi / (2 * side)) *
                 std::cos((2 * row + 1) * v * kPi / (2 * side));
      samples.push_back(std::clamp(128 + sum * side / 8, 0.0, 255.0));
    }
  return samples;
}

/// How far the channel is from the transform in double precision, at most.
double error_of(const Channel& channel, const reference::Component& component, int side) {
  double error = 0;
  for (int y = 0; y * side < channel.plane.height(); ++y)
    for (int x = 0; x * side < channel.plane.width(); ++x) {
      const auto samples = transformed(component, x, y, side);
      for (int at = 0; at < side * side; ++at) {
        const int row = y * side + at / side;
        const int column = x * side + at % side;
        if (row >= channel.plane.height() || column >= channel.plane.width()) continue;
        const double mine = channel.plane.row(row)[column];
        error = std::max(error, std::abs(mine - samples[static_cast<std::size_t>(at)]));
      }
    }
  return error;
}

Request whole_of(Size size, int luma_side, int chroma_side) {
  return {.luma_side = luma_side,
          .chroma_side = chroma_side,
          .window = {.left = 0, .top = 0, .width = size.width, .height = size.height}};
}

TEST(Decode, IsExactToHalfALevelAtEverySide) {
  constexpr double kErrorMax = 0.5005;  // Rounding, and what single precision loses.
  for (const test::Sampling& sampling : test::samplings())
    for (const char* coding : {"baseline", "refined three times"})
      for (const int side : kSides) {
        SCOPED_TRACE(fmt::format("{}, {}, {}", sampling.name, coding, side));
        const std::string file = test::make_jpeg(
            {.sampling = sampling, .coding = test::coding(coding), .quality = 20 + side * 10});
        const auto theirs = reference::read(as_bytes(file));
        const auto ours = decode(as_bytes(file), whole_of({33, 65}, side, side));
        ASSERT_TRUE(theirs.has_value());
        ASSERT_TRUE(ours.has_value()) << ours.error().message;
        EXPECT_EQ(ours->grey(), sampling.factors.size() == 1);
        for (std::size_t i = 0; i < theirs->components.size(); ++i)
          EXPECT_LE(error_of(channel_of(*ours, i), theirs->components[i], side), kErrorMax);
      }
}

TEST(Decode, AtFullSizeIsWithinALevelOfLibjpeg) {
  for (const test::Sampling& sampling : test::samplings())
    for (const Size size : {Size{1, 1}, Size{7, 9}, Size{33, 65}, Size{250, 131}}) {
      SCOPED_TRACE(fmt::format("{}, {} x {}", sampling.name, size.width, size.height));
      const std::string file = test::make_jpeg(
          {.width = size.width, .height = size.height, .sampling = sampling, .quality = 92});
      const auto theirs = test::read_raw_planes(file);
      const auto ours = decode(as_bytes(file), whole_of(size, 8, 8));
      ASSERT_TRUE(ours.has_value()) << ours.error().message;
      EXPECT_EQ(ours->size, size);
      for (std::size_t i = 0; i < theirs.size(); ++i) {
        const Plane& plane = channel_of(*ours, i).plane;
        ASSERT_EQ(plane.width(), theirs[i].width);
        ASSERT_EQ(plane.height(), theirs[i].height);
        int error = 0;
        for (int y = 0; y < plane.height(); ++y)
          for (int x = 0; x < plane.width(); ++x)
            error = std::max(error, std::abs(plane.row(y)[x] - theirs[i].at(x, y)));
        EXPECT_LE(error, 1);
      }
    }
}

TEST(Decode, SaysWhereItsSamplesLie) {
  const std::string file = test::make_jpeg({.width = 100, .height = 60});
  Request request = {.luma_side = 4, .chroma_side = 8, .window = {40, 20, 30, 30}};

  const auto photo = decode(as_bytes(file), request);

  ASSERT_TRUE(photo.has_value());
  EXPECT_EQ(photo->size, (Size{100, 60}));
  EXPECT_EQ(photo->luma.scale_x, 0.5);
  EXPECT_EQ(photo->cb.scale_x, 0.5);
  EXPECT_EQ(photo->luma.left, 16);  // MCUs of 16 pixels: the third begins at 32.
  EXPECT_EQ(photo->luma.top, 8);
  EXPECT_EQ(photo->luma.plane.width(), 24);   // Up to 80.
  EXPECT_EQ(photo->luma.plane.height(), 22);  // Up to 60, where the picture ends.
  EXPECT_EQ(photo->cr.plane.height(), 22);
}

/// Empty if `part` is what `whole` has at its place.
std::string difference(const Channel& whole, const Channel& part) {
  const auto left = static_cast<int>(part.left);
  const auto top = static_cast<int>(part.top);
  for (int y = 0; y < part.plane.height(); ++y)
    for (int x = 0; x < part.plane.width(); ++x) {
      if (top + y >= whole.plane.height() || left + x >= whole.plane.width()) return "its size";
      if (whole.plane.row(top + y)[left + x] != part.plane.row(y)[x])
        return fmt::format("sample {} {}", left + x, top + y);
    }
  return {};
}

TEST(Decode, OfAPartIsThePartOfTheWhole) {
  constexpr Size kSize = {210, 170};
  test::Random random(7);
  for (const test::Coding& coding : test::codings())
    for (const char* sampling : {"grey", "4:4:4", "4:2:0", "4:1:1"}) {
      const std::string file = test::make_jpeg({.width = kSize.width,
                                                .height = kSize.height,
                                                .sampling = test::sampling(sampling),
                                                .coding = coding,
                                                .quality = 60});
      Request request = whole_of(kSize, kSides[random.next() % 6], kSides[random.next() % 6]);
      const auto whole = decode(as_bytes(file), request);
      ASSERT_TRUE(whole.has_value()) << whole.error().message;
      for (int i = 0; i < 12; ++i) {
        request.lead_bytes = 40 + 100 * i;
        Window& window = request.window;
        window.left = random.below(kSize.width);
        window.top = random.below(kSize.height);
        window.width = 1 + random.below(kSize.width - window.left);
        window.height = 1 + random.below(kSize.height - window.top);
        SCOPED_TRACE(fmt::format("{}, {}, {} {} {} {}", coding.name, sampling, window.left,
                                 window.top, window.width, window.height));
        const auto part = decode(as_bytes(file), request);
        ASSERT_TRUE(part.has_value()) << part.error().message;
        EXPECT_LE(part->luma.left, window.left * part->luma.scale_x);
        EXPECT_GE(part->luma.left + part->luma.plane.width(),
                  (window.left + window.width) * part->luma.scale_x);
        for (std::size_t channel = 0; channel < 3; ++channel)
          EXPECT_EQ(difference(channel_of(*whole, channel), channel_of(*part, channel)), "");
      }
    }
}

TEST(Decode, StreamsWhatItWouldStore) {
  // The same coefficients, in one scan or in one for each component.
  for (const test::Sampling& sampling : test::samplings())
    for (const int side : kSides) {
      SCOPED_TRACE(fmt::format("{}, {}", sampling.name, side));
      const test::Recipe recipe = {.width = 250, .height = 131, .sampling = sampling};
      test::Recipe apart = recipe;
      apart.coding = test::coding("one scan for each");
      const Request request = whole_of({250, 131}, side, side);
      const auto one = decode(as_bytes(test::make_jpeg(recipe)), request);
      const auto other = decode(as_bytes(test::make_jpeg(apart)), request);
      ASSERT_TRUE(one.has_value() && other.has_value());
      for (std::size_t channel = 0; channel < 3; ++channel) {
        EXPECT_EQ(difference(channel_of(*one, channel), channel_of(*other, channel)), "");
        EXPECT_EQ(channel_of(*one, channel).plane.width(),
                  channel_of(*other, channel).plane.width());
      }
    }
}

}  // namespace
}  // namespace tintype::image::jpeg
