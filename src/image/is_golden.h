// Pictures that were looked at once, and have to look the same ever after: test/golden/README.md.
#pragma once

#include <gtest/gtest.h>
#include <vips/vips8>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace tintype::image::test {

/// Colour differences of two pictures, pixel by pixel, by CIEDE2000: at about 1 the eye begins to
/// see one between large patches that touch each other.
struct Difference {
  double mean = 0;
  double max = 0;
};

/// Infinite if their sizes differ. Alpha does not count.
inline Difference difference(const vips::VImage& one, const vips::VImage& other) {
  constexpr Difference kNoLikeness = {.mean = 1e9, .max = 1e9};
  if (one.width() != other.width() || one.height() != other.height()) return kNoLikeness;
  const auto lab = [](const vips::VImage& image) {
    const vips::VImage colours = image.colourspace(VIPS_INTERPRETATION_LAB);
    return colours.extract_band(0, vips::VImage::option()->set("n", 3));
  };
  const vips::VImage apart = lab(one).dE00(lab(other));
  return {.mean = apart.avg(), .max = apart.max()};
}

/// Passes if no pixel, and the mean of them, differ by more than `most`.
inline ::testing::AssertionResult looks_like(const vips::VImage& seen, const vips::VImage& expected,
                                             Difference most) {
  const Difference actual = difference(seen, expected);
  if (actual.mean <= most.mean && actual.max <= most.max) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << "dE00 has a mean of " << actual.mean << " and a maximum of " << actual.max << "; "
         << most.mean << " and " << most.max << " are allowed (" << seen.width() << "x"
         << seen.height() << " beside " << expected.width() << "x" << expected.height() << ")";
}

/// Passes if `seen` looks like test/golden/NAME.png. With UPDATE_GOLDEN=1 in the environment, that
/// file becomes what was seen.
inline ::testing::AssertionResult is_golden(const vips::VImage& seen, const std::string& name,
                                            Difference most) {
  const std::filesystem::path golden = std::filesystem::path("test/golden") / (name + ".png");
  const auto write = [&](const std::filesystem::path& path) {
    seen.pngsave(path.c_str(), vips::VImage::option()->set("strip", true)->set("compression", 9));
  };
  if (const char* update = std::getenv("UPDATE_GOLDEN"); update != nullptr && *update == '1') {
    write(golden);
    return ::testing::AssertionSuccess();
  }
  if (!std::filesystem::exists(golden))
    return ::testing::AssertionFailure()
           << golden << " is not there (tests run in the root of the repository)";
  // Not by libvips, which may not open files any more: Engine::start.
  std::ifstream file(golden, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const auto result = looks_like(
      seen, vips::VImage::new_from_buffer(bytes.data(), bytes.size(), "").copy_memory(), most);
  if (result) return result;
  const std::filesystem::path shown =
      std::filesystem::path(::testing::TempDir()) / (name + ".seen.png");
  write(shown);
  return ::testing::AssertionFailure()
         << result.message() << "\nseen:     " << shown << "\nexpected: " << golden;
}

}  // namespace tintype::image::test
