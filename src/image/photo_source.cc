#include "image/photo_source.h"

#include <algorithm>
#include <utility>

#include "image/codec/avif_decoder.h"
#include "image/codec/exif.h"
#include "image/codec/webp_decoder.h"
#include "image/jpeg/decoder.h"
#include "image/planes/profile.h"

namespace tintype::image {
namespace {

/// Samples that are made of each 8 x 8 block, for results of `scale`. They are this much denser
/// than the result: with less, the last resampling blurs what they have only just resolved, and
/// with 2 or more nothing is gained (docs/performance.md, "How much to decode"). Six of eight are
/// nearly all that shows, and may be a little closer.
int side_of(double scale) {
  constexpr double kDensity = 1.2;
  constexpr double kDensityOfSix = 1.16;
  for (const int side : {1, 2, 3, 4, 6})
    if (side >= 8 * scale * (side == 6 ? kDensityOfSix : kDensity)) return side;
  return 8;
}

/// How many last bits of a progressive file's coefficients are left out, where the scans that bring
/// them are half of the work. What it costs: docs/performance.md, "Scans that are not read".
int missing_bits_of(int side) { return side <= 3 ? 2 : side <= 4 ? 1 : 0; }

std::optional<PhotoInfo> read_jpeg_info(Bytes source) {
  const auto info = jpeg::read_info(source);
  if (!info) return std::nullopt;
  // A curve for grey alone is rare enough for the general path.
  if (info->grey && !info->icc.empty()) return std::nullopt;
  return PhotoInfo{
      .type = SourceType::jpeg, .size = info->size, .orientation = exif_orientation(info->exif)};
}

std::optional<PhotoInfo> from_probe(SourceType type, const Result<std::optional<Probe>>& probe) {
  if (!probe || !*probe) return std::nullopt;
  return PhotoInfo{.type = type, .size = (*probe)->size, .orientation = (*probe)->orientation};
}

Result<std::optional<Photo>> decode_jpeg(Bytes source, const PhotoRequest& request) {
  const int side = request.exact ? 8 : side_of(request.scale);
  auto photo =
      jpeg::decode(source, {.luma_side = side,
                            .chroma_side = side,
                            .window = request.window,
                            .missing_bits_max = request.exact ? 0 : missing_bits_of(side)});
  if (photo) return std::optional(*std::move(photo));
  if (photo.error().code == ErrorCode::unsupported) return std::nullopt;
  return std::unexpected(std::move(photo.error()));
}

Result<std::optional<Photo>> decode_any(Bytes source, const PhotoInfo& info,
                                        const PhotoRequest& request, const Limits& limits) {
  if (info.type == SourceType::jpeg) return decode_jpeg(source, request);
  if (info.type == SourceType::webp)
    return decode_webp(source, request.window, request.exact ? 1 : request.scale);
  return decode_avif(source, request.window, limits);
}

}  // namespace

std::optional<PhotoInfo> read_photo_info(Bytes source, SourceType type, const Limits& limits) {
  if (type == SourceType::jpeg) return read_jpeg_info(source);
  if (type == SourceType::webp) return from_probe(type, probe_webp(source));
  if (type == SourceType::avif) return from_probe(type, probe_avif(source, limits));
  return std::nullopt;
}

Result<std::optional<Photo>> decode_photo(Bytes source, const PhotoInfo& info,
                                          const PhotoRequest& request, const Limits& limits) {
  TRY_LET(auto photo, decode_any(source, info, request, limits));
  if (photo && is_srgb(photo->icc)) photo->icc.clear();
  return photo;
}

double sample_pixels(const PhotoInfo& info, double scale) {
  if (info.type == SourceType::jpeg) return 8.0 / side_of(scale);
  if (info.type == SourceType::webp) return std::max(1.0, 0.5 / scale);
  return 1;
}

}  // namespace tintype::image
