#include "image/codec/avif_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include <avif/avif.h>

#include "base/assert.h"

namespace tintype::image {
namespace {

constexpr int kQuantizerMax = 63;  // Of libaom's scale; 0 is the best.
constexpr int kAv1SideMax = 65'536;

/// libavif hands planes to libaom, which only reads them.
std::unique_ptr<avifImage, void (*)(avifImage*)> lend(const Planes& planes) {
  const avifPixelFormat format = planes.grey()         ? AVIF_PIXEL_FORMAT_YUV400
                                 : planes.subsampled() ? AVIF_PIXEL_FORMAT_YUV420
                                                       : AVIF_PIXEL_FORMAT_YUV444;
  std::unique_ptr<avifImage, void (*)(avifImage*)> image(
      avifImageCreate(static_cast<std::uint32_t>(planes.width()),
                      static_cast<std::uint32_t>(planes.height()), 8, format),
      avifImageDestroy);
  if (!image) return image;
  image->yuvRange = AVIF_RANGE_FULL;
  image->matrixCoefficients = AVIF_MATRIX_COEFFICIENTS_BT601;
  image->colorPrimaries = AVIF_COLOR_PRIMARIES_BT709;
  image->transferCharacteristics = AVIF_TRANSFER_CHARACTERISTICS_SRGB;
  image->imageOwnsYUVPlanes = AVIF_FALSE;
  const Plane* const channels[] = {&planes.luma, &planes.cb, &planes.cr};
  for (int i = 0; i < (planes.grey() ? 1 : 3); ++i) {
    image->yuvPlanes[i] = const_cast<std::uint8_t*>(channels[i]->row(0));
    image->yuvRowBytes[i] = static_cast<std::uint32_t>(channels[i]->stride());
  }
  return image;
}

/// libheif's and so libvips' mapping, which the general path has.
int quantizer_of(int quality) { return ((100 - quality) * kQuantizerMax + 50) / 100; }

using Encoder = std::unique_ptr<avifEncoder, void (*)(avifEncoder*)>;

Encoder make_encoder(const AvifSettings& settings) {
  Encoder encoder(avifEncoderCreate(), avifEncoderDestroy);
  if (!encoder) return encoder;
  encoder->codecChoice = AVIF_CODEC_CHOICE_AOM;
  encoder->maxThreads = 1;
  encoder->speed = settings.mode == Mode::best ? 5 : 6;
  encoder->minQuantizer = AVIF_QUANTIZER_BEST_QUALITY;
  encoder->maxQuantizer = AVIF_QUANTIZER_WORST_QUALITY;
  // Constant quality, not a rate; then the two above are only bounds.
  const std::string quantizer = std::to_string(quantizer_of(settings.quality));
  const std::pair<const char*, const char*> options[] = {
      {"end-usage", "q"},
      {"cq-level", quantizer.c_str()},
      // By measurement: README.md. Bits go where they show, and high frequencies are quantised
      // more, but not as much as libaom would by itself.
      {"color:deltaq-mode", "3"},
      {"color:enable-chroma-deltaq", "1"},
      {"color:enable-qm", "1"},
      {"color:qm-min", "10"},
      {"color:sb-size", "64"},
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
  const auto image = lend(planes);
  const Encoder encoder = make_encoder(settings);
  if (!image || !encoder) return fail(ErrorCode::unavailable, "encode AVIF: out of memory");
  if (!settings.icc.empty()) {
    // Whoever reads code points and no profiles shall not read a wrong one.
    image->colorPrimaries = AVIF_COLOR_PRIMARIES_UNSPECIFIED;
    image->transferCharacteristics = AVIF_TRANSFER_CHARACTERISTICS_UNSPECIFIED;
    avifImageSetProfileICC(image.get(), reinterpret_cast<const std::uint8_t*>(settings.icc.data()),
                           settings.icc.size());
  }
  if (settings.alpha != nullptr) {
    ASSERT(settings.alpha->width() == planes.width());
    ASSERT(settings.alpha->height() == planes.height());
    image->imageOwnsAlphaPlane = AVIF_FALSE;
    image->alphaPlane = const_cast<std::uint8_t*>(settings.alpha->row(0));
    image->alphaRowBytes = static_cast<std::uint32_t>(settings.alpha->stride());
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
