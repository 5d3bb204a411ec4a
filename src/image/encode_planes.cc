#include "image/encode_planes.h"

#include <utility>

#include "image/codec/avif_encoder.h"
#include "image/codec/jpeg_encoder.h"
#include "image/codec/png_encoder.h"
#include "image/codec/rdo_jpeg.h"
#include "image/codec/webp_encoder.h"
#include "image/planes/rgb.h"

namespace tintype::image {
namespace {

bool halves_chroma(const Plan& plan) { return quality_of(plan) <= kSubsampledQualityMax; }

}  // namespace

PlaneWishes wishes_of(const Plan& plan) {
  switch (plan.format) {
    case Format::jpeg:  // In mode `best` the encoder halves chroma itself.
      return {.subsampled = plan.mode == Mode::fast && halves_chroma(plan)};
    case Format::webp:
      if (plan.mode == Mode::best) return {.subsampled = false};  // RGB: libwebp halves chroma.
      return {.range = Range::limited};                           // It has no other.
    // AV1 predicts chroma from luma, so that the rest of it costs less than it gives.
    case Format::avif: return {.subsampled = false};
    case Format::png: return {.subsampled = false};
  }
  std::unreachable();
}

Result<std::string> encode_planes(const Planes& planes, const Plan& plan, const Limits& limits,
                                  std::string_view icc) {
  const int quality = quality_of(plan);
  const auto size_max = static_cast<std::size_t>(limits.output_bytes_max);
  switch (plan.format) {
    case Format::jpeg:
      if (plan.mode == Mode::best)
        return encode_rdo_jpeg(planes, {.quality = quality,
                                        .halve_chroma = halves_chroma(plan),
                                        .icc = icc,
                                        .size_max = size_max});
      return encode_jpeg(planes, {.quality = quality, .icc = icc, .size_max = size_max});
    case Format::webp: {
      const WebpSettings settings = {
          .quality = quality, .mode = plan.mode, .icc = icc, .size_max = size_max};
      if (plan.mode == Mode::best) return encode_webp(to_rgb(planes), settings);
      return encode_webp(planes, settings);
    }
    case Format::avif:
      return encode_avif(planes,
                         {.quality = quality, .mode = plan.mode, .icc = icc, .size_max = size_max});
    case Format::png:
      return encode_png(to_rgb(planes), {.mode = plan.mode, .icc = icc, .size_max = size_max});
  }
  std::unreachable();
}

}  // namespace tintype::image
