#include "image/codec/webp_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include <webp/encode.h>
#include <webp/mux.h>

#include "base/assert.h"

namespace tintype::image {
namespace {

/// By measurement: README.md. Sharpness keeps the loop filter off edges, which every photograph
/// gained from; most of libwebp's other defaults stood.
WebPConfig configure(const WebpSettings& settings) {
  WebPConfig config;
  ASSERT(WebPConfigInit(&config) != 0);
  config.quality = static_cast<float>(settings.quality);
  config.thread_level = 0;
  if (settings.mode == Mode::best) {
    config.method = 6;
    config.filter_sharpness = 7;
    config.sns_strength = 60;
    config.use_sharp_yuv = 1;  // Of RGB only.
  } else {
    config.method = 4;
    config.filter_sharpness = 5;
  }
  return config;
}

struct Target {
  std::string file;
  std::size_t size_max = 0;
  bool over = false;  ///< libwebp does not always say that it was the writer who failed.
};

int append(const std::uint8_t* bytes, std::size_t size, const WebPPicture* picture) {
  Target& target = *static_cast<Target*>(picture->custom_ptr);
  target.over = size > target.size_max - target.file.size();
  if (target.over) return 0;
  target.file.append(reinterpret_cast<const char*>(bytes), size);
  return 1;
}

Error to_error(const WebPPicture& picture, const Target& target) {
  if (target.over)
    return {ErrorCode::too_large, fmt::format("WebP grew over {} bytes", target.size_max)};
  // A partition holds so much, 512 KiB of it the first; only huge pictures of noise have more.
  if (picture.error_code == VP8_ENC_ERROR_PARTITION0_OVERFLOW ||
      picture.error_code == VP8_ENC_ERROR_PARTITION_OVERFLOW ||
      picture.error_code == VP8_ENC_ERROR_FILE_TOO_BIG)
    return {ErrorCode::too_large, "WebP has no room for so much detail"};
  return {ErrorCode::internal,
          fmt::format("libwebp: error {}", std::to_underlying(picture.error_code))};
}

Status check_sides(int width, int height) {
  const int side = std::max(width, height);
  if (side <= WEBP_MAX_DIMENSION) return {};
  return fail(ErrorCode::too_large, fmt::format("{} pixels on a side of a WebP: at most {} fit",
                                                side, WEBP_MAX_DIMENSION));
}

struct FreePicture {
  void operator()(WebPPicture* picture) const { WebPPictureFree(picture); }
};

/// Encodes what `picture` has, and frees what libwebp allocated for it.
Result<std::string> encode(WebPPicture& picture, const WebpSettings& settings) {
  const std::unique_ptr<WebPPicture, FreePicture> owner(&picture);
  Target target;
  target.size_max = settings.size_max;
  picture.writer = append;
  picture.custom_ptr = &target;
  const WebPConfig config = configure(settings);
  if (WebPEncode(&config, &picture) == 0) return std::unexpected(to_error(picture, target));
  if (settings.icc.empty()) return std::move(target.file);
  return webp_with_profile(target.file, settings.icc, settings.size_max);
}

}  // namespace

Result<std::string> webp_with_profile(std::string_view file, std::string_view icc,
                                      std::size_t size_max) {
  const std::unique_ptr<WebPMux, void (*)(WebPMux*)> mux(WebPMuxNew(), WebPMuxDelete);
  const WebPData picture = {reinterpret_cast<const std::uint8_t*>(file.data()), file.size()};
  const WebPData profile = {reinterpret_cast<const std::uint8_t*>(icc.data()), icc.size()};
  constexpr int kBorrowed = 0;
  WebPData made = {};
  WebPMuxError error =
      mux ? WebPMuxSetImage(mux.get(), &picture, kBorrowed) : WEBP_MUX_MEMORY_ERROR;
  if (error == WEBP_MUX_OK) error = WebPMuxSetChunk(mux.get(), "ICCP", &profile, kBorrowed);
  if (error == WEBP_MUX_OK) error = WebPMuxAssemble(mux.get(), &made);
  const std::unique_ptr<WebPData, void (*)(WebPData*)> owner(&made, WebPDataClear);
  if (error != WEBP_MUX_OK)
    return fail(ErrorCode::internal,
                fmt::format("libwebpmux: error {}", std::to_underlying(error)));
  if (made.size > size_max)
    return fail(ErrorCode::too_large,
                fmt::format("WebP and its profile have {} bytes: at most {} are allowed", made.size,
                            size_max));
  return std::string(reinterpret_cast<const char*>(made.bytes), made.size);
}

Result<std::string> encode_webp(const Planes& planes, const WebpSettings& settings) {
  ASSERT(planes.grey() || planes.cb.width() == halved(planes.width()));
  ASSERT(planes.grey() || planes.cb.height() == halved(planes.height()));
  TRY(check_sides(planes.width(), planes.height()));
  Plane neutral;
  if (planes.grey()) {
    constexpr int kNoColour = 128;
    neutral = Plane(halved(planes.width()), halved(planes.height()));
    for (int y = 0; y < neutral.height(); ++y)
      std::memset(neutral.row(y), kNoColour, static_cast<std::size_t>(neutral.width()));
  }
  const Plane& cb = planes.grey() ? neutral : planes.cb;
  const Plane& cr = planes.grey() ? neutral : planes.cr;
  ASSERT(cb.stride() == cr.stride());

  WebPPicture picture;
  ASSERT(WebPPictureInit(&picture) != 0);
  picture.use_argb = 0;
  picture.colorspace = WEBP_YUV420;
  picture.width = planes.width();
  picture.height = planes.height();
  // Lent: without alpha libwebp only reads them, and what it did not allocate it does not free.
  picture.y = const_cast<std::uint8_t*>(planes.luma.row(0));
  picture.u = const_cast<std::uint8_t*>(cb.row(0));
  picture.v = const_cast<std::uint8_t*>(cr.row(0));
  picture.y_stride = static_cast<int>(planes.luma.stride());
  picture.uv_stride = static_cast<int>(cb.stride());
  return encode(picture, settings);
}

Result<std::string> encode_webp(const Rgb& rgb, const WebpSettings& settings) {
  TRY(check_sides(rgb.width, rgb.height));
  WebPPicture picture;
  ASSERT(WebPPictureInit(&picture) != 0);
  picture.use_argb = 1;
  picture.width = rgb.width;
  picture.height = rgb.height;
  if (WebPPictureImportRGB(&picture, rgb.samples.data(), rgb.width * 3) == 0) {
    WebPPictureFree(&picture);
    return fail(ErrorCode::unavailable, "encode WebP: out of memory");
  }
  return encode(picture, settings);
}

}  // namespace tintype::image
