#include "image/codec/avif_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>

#include <avif/avif.h>

#include "base/assert.h"

namespace tintype::image {
namespace {

constexpr int kQuantizerMax = 63;  // Of libaom's scale; 0 is the best.
constexpr int kAv1SideMax = 65'536;

// Samples of AV1's ten bits: what decoders then do with them is rounded less, which is worth more
// than it costs (README.md), and every decoder knows them.
constexpr int kDepth = 10;
constexpr int kSampleMax = (1 << kDepth) - 1;

using Image = std::unique_ptr<avifImage, void (*)(avifImage*)>;

/// The ten bits of each of eight, both of full range. Luma and alpha begin at 0, chroma in the
/// middle.
std::array<std::uint16_t, 256> ten_bits_of(bool chroma) {
  std::array<std::uint16_t, 256> table = {};
  const int from = chroma ? 128 : 0;
  const int target = chroma ? (kSampleMax + 1) / 2 : 0;
  for (int sample = 0; sample < 256; ++sample) {
    const double scaled = target + (sample - from) * (kSampleMax / 255.0);
    table.at(static_cast<std::size_t>(sample)) = static_cast<std::uint16_t>(
        std::clamp(static_cast<int>(std::lround(scaled)), 0, kSampleMax));
  }
  return table;
}

void widen(const Plane& plane, bool chroma, std::uint8_t* target, std::uint32_t row_bytes) {
  const auto table = ten_bits_of(chroma);
  for (int y = 0; y < plane.height(); ++y, target += row_bytes) {
    const std::uint8_t* const row = plane.row(y);
    auto* const wide = reinterpret_cast<std::uint16_t*>(target);
    for (int x = 0; x < plane.width(); ++x) wide[x] = table[row[x]];
  }
}

/// Null if there is no memory.
Image widened(const Planes& planes, const Plane* alpha) {
  const avifPixelFormat format = planes.grey()         ? AVIF_PIXEL_FORMAT_YUV400
                                 : planes.subsampled() ? AVIF_PIXEL_FORMAT_YUV420
                                                       : AVIF_PIXEL_FORMAT_YUV444;
  Image image(avifImageCreate(static_cast<std::uint32_t>(planes.width()),
                              static_cast<std::uint32_t>(planes.height()), kDepth, format),
              avifImageDestroy);
  if (!image) return image;
  image->yuvRange = AVIF_RANGE_FULL;
  image->matrixCoefficients = AVIF_MATRIX_COEFFICIENTS_BT601;
  image->colorPrimaries = AVIF_COLOR_PRIMARIES_BT709;
  image->transferCharacteristics = AVIF_TRANSFER_CHARACTERISTICS_SRGB;
  avifImageAllocatePlanes(image.get(), alpha == nullptr ? AVIF_PLANES_YUV : AVIF_PLANES_ALL);
  const Plane* const channels[] = {&planes.luma, &planes.cb, &planes.cr};
  for (int i = 0; i < (planes.grey() ? 1 : 3); ++i)
    widen(*channels[i], i != 0, image->yuvPlanes[i], image->yuvRowBytes[i]);
  if (alpha != nullptr) {
    ASSERT(alpha->width() == planes.width());
    ASSERT(alpha->height() == planes.height());
    widen(*alpha, false, image->alphaPlane, image->alphaRowBytes);
  }
  return image;
}

/// libheif's and so libvips' mapping, which the general path has.
int quantizer_of(int quality) { return ((100 - quality) * kQuantizerMax + 50) / 100; }

/// libaom's effort, 0 to 10, 10 the fastest. CPU time for a megapixel: 1 s at 6, 4 s at 5, 8 s
/// at 3. So large pictures get less of it: a job has to end in time, and may have several results.
int speed_of(Mode mode, std::int64_t pixels) {
  constexpr std::int64_t kMega = 1'000'000;
  constexpr int kQuick = 6;
  if (mode == Mode::best) return pixels <= kMega ? 3 : pixels <= 2 * kMega ? 5 : kQuick;
  return pixels <= kMega ? 5 : kQuick;
}

using Encoder = std::unique_ptr<avifEncoder, void (*)(avifEncoder*)>;

Encoder make_encoder(const AvifSettings& settings, std::int64_t pixels) {
  Encoder encoder(avifEncoderCreate(), avifEncoderDestroy);
  if (!encoder) return encoder;
  encoder->codecChoice = AVIF_CODEC_CHOICE_AOM;
  encoder->maxThreads = 1;
  encoder->speed = speed_of(settings.mode, pixels);
  encoder->minQuantizer = AVIF_QUANTIZER_BEST_QUALITY;
  encoder->maxQuantizer = AVIF_QUANTIZER_WORST_QUALITY;
  // Constant quality, not a rate; then the two above are only bounds.
  const std::string quantizer = std::to_string(quantizer_of(settings.quality));
  const std::pair<const char*, const char*> options[] = {
      {"end-usage", "q"},
      {"cq-level", quantizer.c_str()},
      // By measurement: README.md. High frequencies are quantised more, but not as much as libaom
      // would by itself; and all blocks alike.
      {"color:deltaq-mode", "0"},
      {"color:enable-chroma-deltaq", "1"},
      {"color:enable-qm", "1"},
      {"color:qm-min", "10"},
      {"color:sb-size", "64"},
      // Blocks of four pixels cost a third of the time of `fast` and bring it nothing.
      {"color:min-partition-size", settings.mode == Mode::best ? "4" : "8"},
  };
  for (const auto& [key, value] : options)
    avifEncoderSetCodecSpecificOption(encoder.get(), key, value);
  return encoder;
}

}  // namespace

Result<std::string> encode_avif(const Planes& planes, const AvifSettings& settings) {
  const int side = std::max(planes.width(), planes.height());
  if (side > kAv1SideMax)
    return fail(ErrorCode::too_large,
                fmt::format("{} pixels on a side of an AVIF: at most {} fit", side, kAv1SideMax));
  const Image image = widened(planes, settings.alpha);
  const Encoder encoder = make_encoder(settings, std::int64_t{planes.width()} * planes.height());
  if (!image || !encoder) return fail(ErrorCode::unavailable, "encode AVIF: out of memory");
  if (!settings.icc.empty()) {
    // Whoever reads code points and no profiles shall not read a wrong one.
    image->colorPrimaries = AVIF_COLOR_PRIMARIES_UNSPECIFIED;
    image->transferCharacteristics = AVIF_TRANSFER_CHARACTERISTICS_UNSPECIFIED;
    avifImageSetProfileICC(image.get(), reinterpret_cast<const std::uint8_t*>(settings.icc.data()),
                           settings.icc.size());
  }
  avifRWData made = AVIF_DATA_EMPTY;
  const avifResult result = avifEncoderWrite(encoder.get(), image.get(), &made);
  const std::unique_ptr<avifRWData, void (*)(avifRWData*)> owner(&made, avifRWDataFree);
  if (result != AVIF_RESULT_OK)
    return fail(ErrorCode::internal, fmt::format("encode AVIF: {}", avifResultToString(result)));
  if (made.size > settings.size_max)
    return fail(ErrorCode::too_large, fmt::format("AVIF of {} bytes: at most {} are allowed",
                                                  made.size, settings.size_max));
  return std::string(reinterpret_cast<const char*>(made.data), made.size);
}

}  // namespace tintype::image
