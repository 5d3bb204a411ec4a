#include "image/codec/webp_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string_view>
#include <utility>

#include <webp/decode.h>
#include <webp/demux.h>

#include "base/assert.h"
#include "image/codec/exif.h"

namespace tintype::image {
namespace {

const std::uint8_t* data(Bytes source) {
  return reinterpret_cast<const std::uint8_t*>(source.data());
}

struct Metadata {
  int orientation = 1;
  std::string icc;
};

/// From the extended container; a file in the simple one has none. Broken metadata count as none.
Metadata read_metadata(Bytes source) {
  const WebPData file = {data(source), source.size()};
  const std::unique_ptr<WebPDemuxer, void (*)(WebPDemuxer*)> demuxer(WebPDemux(&file),
                                                                     WebPDemuxDelete);
  Metadata metadata;
  if (!demuxer) return metadata;
  const auto find = [&](const char* type) {
    WebPChunkIterator chunk;
    std::string_view found;
    if (WebPDemuxGetChunk(demuxer.get(), type, 1, &chunk) != 0)
      found = {reinterpret_cast<const char*>(chunk.chunk.bytes), chunk.chunk.size};
    WebPDemuxReleaseChunkIterator(&chunk);  // Frees nothing: `found` points into `source`.
    return found;
  };
  std::string_view exif = find("EXIF");
  constexpr std::string_view kJpegPrefix("Exif\0\0", 6);  // Not in the specification, but in files.
  if (exif.starts_with(kJpegPrefix)) exif.remove_prefix(kJpegPrefix.size());
  metadata.orientation = exif_orientation(exif);
  metadata.icc = find("ICCP");
  return metadata;
}

/// Nothing if the general path has to take it.
Result<std::optional<WebPBitstreamFeatures>> read_features(Bytes source) {
  WebPBitstreamFeatures features;
  const VP8StatusCode status = WebPGetFeatures(data(source), source.size(), &features);
  if (status != VP8_STATUS_OK)
    return fail(ErrorCode::damaged_input,
                fmt::format("WebP header: error {}", std::to_underlying(status)));
  constexpr int kLossy = 1;
  if (features.has_alpha != 0 || features.has_animation != 0 || features.format != kLossy)
    return std::nullopt;
  return features;
}

/// A part of the source, and the samples of luma it becomes.
struct Reduction {
  Window part;
  Size size;
};

/// The part begins at even pixels, as libwebp wants it.
Reduction reduce(Window window, double scale) {
  constexpr double kGap = 2;
  constexpr double kGainMin = 0.75;  // A reduction to more than that costs more than it saves.
  const int right = window.left + window.width;
  const int bottom = window.top + window.height;
  window.left = window.left / 2 * 2;
  window.top = window.top / 2 * 2;
  window.width = right - window.left;
  window.height = bottom - window.top;
  const double wanted = kGap * scale;
  const auto reduced = [&](int side) {
    return wanted > kGainMin ? side : std::max(1, static_cast<int>(std::ceil(side * wanted)));
  };
  return {window, {reduced(window.width), reduced(window.height)}};
}

/// A channel of which every sample covers `step` pixels of the source, before it is reduced.
Channel make_channel(const Reduction& reduction, int step) {
  const auto samples = [&](int pixels) { return step == 1 ? pixels : halved(pixels); };
  const Window& part = reduction.part;
  Channel channel;
  channel.plane = Plane(samples(reduction.size.width), samples(reduction.size.height));
  channel.scale_x = channel.plane.width() / static_cast<double>(samples(part.width) * step);
  channel.scale_y = channel.plane.height() / static_cast<double>(samples(part.height) * step);
  channel.left = part.left * channel.scale_x;
  channel.top = part.top * channel.scale_y;
  return channel;
}

void lend(Channel& channel, std::uint8_t*& samples, int& stride, std::size_t& size) {
  samples = channel.plane.row(0);
  stride = static_cast<int>(channel.plane.stride());
  size = static_cast<std::size_t>(channel.plane.stride()) *
         static_cast<std::size_t>(channel.plane.height());
}

}  // namespace

Result<std::optional<Probe>> probe_webp(Bytes source) {
  TRY_LET(const auto features, read_features(source));
  if (!features) return std::nullopt;
  return Probe{{features->width, features->height}, read_metadata(source).orientation};
}

Result<std::optional<Photo>> decode_webp(Bytes source, Window window, double scale) {
  TRY_LET(const auto features, read_features(source));
  if (!features) return std::nullopt;
  ASSERT(window.left >= 0 && window.width > 0);
  ASSERT(window.top >= 0 && window.height > 0);
  ASSERT(window.width <= features->width - window.left);
  ASSERT(window.height <= features->height - window.top);

  Photo photo;
  photo.size = {features->width, features->height};
  photo.range = Range::limited;
  const Reduction reduction = reduce(window, scale);
  photo.luma = make_channel(reduction, 1);
  photo.cb = make_channel(reduction, 2);
  photo.cr = make_channel(reduction, 2);

  WebPDecoderConfig config;
  ASSERT(WebPInitDecoderConfig(&config) != 0);
  WebPDecoderOptions& options = config.options;
  options.use_cropping = 1;
  options.crop_left = reduction.part.left;
  options.crop_top = reduction.part.top;
  options.crop_width = reduction.part.width;
  options.crop_height = reduction.part.height;
  options.use_scaling = reduction.size != Size{reduction.part.width, reduction.part.height} ? 1 : 0;
  options.scaled_width = reduction.size.width;
  options.scaled_height = reduction.size.height;
  config.output.colorspace = MODE_YUV;
  config.output.is_external_memory = 1;
  WebPYUVABuffer& buffer = config.output.u.YUVA;
  lend(photo.luma, buffer.y, buffer.y_stride, buffer.y_size);
  lend(photo.cb, buffer.u, buffer.u_stride, buffer.u_size);
  lend(photo.cr, buffer.v, buffer.v_stride, buffer.v_size);
  const VP8StatusCode status = WebPDecode(data(source), source.size(), &config);
  WebPFreeDecBuffer(&config.output);
  if (status != VP8_STATUS_OK)
    return fail(
        status == VP8_STATUS_OUT_OF_MEMORY ? ErrorCode::unavailable : ErrorCode::damaged_input,
        fmt::format("decode WebP: error {}", std::to_underlying(status)));
  Metadata metadata = read_metadata(source);
  photo.orientation = metadata.orientation;
  photo.icc = std::move(metadata.icc);
  return photo;
}

}  // namespace tintype::image
