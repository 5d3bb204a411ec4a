// Pictures for tests: made here, so that every number in them is known.
#pragma once

#include <gtest/gtest.h>
#include <vips/vips8>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/text.h"
#include "image/general/general.h"

namespace tintype::image::test {

using Colour = std::vector<double>;

inline vips::VImage solid(int width, int height, const Colour& colour) {
  const bool grey = colour.size() <= 2;
  return vips::VImage::black(width, height)
      .new_from_image(colour)
      .cast(VIPS_FORMAT_UCHAR)
      .copy(vips::VImage::option()->set("interpretation",
                                        grey ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB));
}

/// Four quarters: top left, top right, bottom left, bottom right.
inline vips::VImage quarters(int width, int height, const std::array<Colour, 4>& colours) {
  const auto quarter = [&](std::size_t i) { return solid(width / 2, height / 2, colours[i]); };
  const auto top = quarter(0).join(quarter(1), VIPS_DIRECTION_HORIZONTAL);
  const auto bottom = quarter(2).join(quarter(3), VIPS_DIRECTION_HORIZONTAL);
  return top.join(bottom, VIPS_DIRECTION_VERTICAL).copy_memory();
}

/// Like a photograph: gradients and noise, so that encoders have something to do everywhere.
inline vips::VImage photograph(int width, int height) {
  const auto ramp = vips::VImage::xyz(width, height);
  const auto noise = vips::VImage::gaussnoise(
      width, height, vips::VImage::option()->set("sigma", 20.0)->set("mean", 0.0)->set("seed", 7));
  const auto red = ramp.extract_band(0) * (200.0 / width) + noise + 20;
  const auto green = ramp.extract_band(1) * (200.0 / height) + noise + 20;
  return red.bandjoin(green)
      .bandjoin(noise + 128)
      .cast(VIPS_FORMAT_UCHAR)
      .copy(vips::VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB))
      .copy_memory();
}

/// `suffix` as libvips has it: ".jpg[Q=90]".
inline std::string save(const vips::VImage& image, const char* suffix) {
  void* data = nullptr;
  std::size_t size = 0;
  image.write_to_buffer(suffix, &data, &size);
  std::string bytes(static_cast<const char*>(data), size);
  g_free(data);
  return bytes;
}

/// A PNG chunk: size, type, content, CRC-32 (PNG specification, annex D).
inline std::string png_chunk(const std::string& type, const std::string& content) {
  const std::string body = type + content;
  std::uint32_t crc = 0xffffffff;
  for (const char c : body) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
  }
  const auto big_endian = [](std::uint32_t value) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8)
      text += static_cast<char>(value >> static_cast<unsigned>(shift) & 255);
    return text;
  };
  return big_endian(static_cast<std::uint32_t>(content.size())) + body + big_endian(~crc);
}

/// The picture in a file whose metadata says that orientation. (libvips 8.14 forgets it in PNG.)
inline std::string save_lying(const vips::VImage& image, const std::string& suffix,
                              int orientation) {
  using namespace std::string_literals;
  constexpr std::size_t kHeaderEnd = 33;  // Of the signature and IHDR.
  vips::VImage copy = image.copy();
  copy.set(VIPS_META_ORIENTATION, orientation);
  std::string bytes = save(copy, suffix.c_str());
  if (suffix == ".png")
    bytes.insert(kHeaderEnd,
                 png_chunk("eXIf", "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"s +
                                       static_cast<char>(orientation) + "\0\0\0\0\0\0"s));
  return bytes;
}

/// In 8 bits, AVIF's ten too. `bytes` have to outlive the image.
inline vips::VImage load(const std::string& bytes) {
  const auto image = vips::VImage::new_from_buffer(bytes.data(), bytes.size(), "");
  return image.format() == VIPS_FORMAT_USHORT ? image.colourspace(VIPS_INTERPRETATION_sRGB) : image;
}

inline Result<Rendered> render_one(const std::string& bytes, const Plan& plan,
                                   const Limits& limits = {}) {
  return render({.bytes = as_bytes(bytes)}, {plan}, limits);
}

/// Passes if the colour at (x, y) is `expected`, each band give or take `tolerance`.
inline ::testing::AssertionResult has_colour(const vips::VImage& image, std::array<int, 2> at,
                                             const Colour& expected, double tolerance) {
  const Colour actual = image.getpoint(at[0], at[1]);
  bool same = actual.size() == expected.size();
  for (std::size_t i = 0; same && i < actual.size(); ++i)
    same = std::abs(actual[i] - expected[i]) <= tolerance;
  if (same) return ::testing::AssertionSuccess();
  std::string text;
  for (const double band : actual) text += " " + std::to_string(static_cast<int>(band));
  return ::testing::AssertionFailure() << "the colour is" << text;
}

}  // namespace tintype::image::test
