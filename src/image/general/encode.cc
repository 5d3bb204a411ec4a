#include "image/general/encode.h"

#include <memory>
#include <utility>

#include "image/codec/avif_encoder.h"
#include "image/codec/png_encoder.h"
#include "image/codec/webp_encoder.h"
#include "image/encode_planes.h"
#include "image/general/colour.h"
#include "image/general/rgb_image.h"
#include "image/general/webp_container.h"
#include "image/planes/range.h"

namespace tintype::image {
namespace {

using vips::VImage;
using vips::VOption;

std::string save(const VImage& image, const char* saver, VOption* options) {
  VipsBlob* made = nullptr;
  VImage::call(saver, options->set("in", image)->set("buffer", &made));
  const std::unique_ptr<VipsBlob, void (*)(VipsBlob*)> blob(
      made, [](VipsBlob* each) { vips_area_unref(VIPS_AREA(each)); });
  std::size_t size = 0;
  const void* data = vips_blob_get(blob.get(), &size);
  return {static_cast<const char*>(data), size};
}

/// How much time an encoder may take to save bytes of a picture with alpha. CPU time of 512 x 512
/// pixels of photograph on one core of an AMD EPYC, Debian 12's libraries, bytes and PSNR relative
/// to the fast setting:
///
///   WebP  effort 2   12-15 ms
///         effort 4   24-34 ms  -3 %  +0.2 dB
///         effort 6   67-70 ms  -6 %  +0.1 dB
///   PNG   level 3    22-30 ms
///         level 6    44-70 ms  -1-4 %
struct Efforts {
  int webp;
  int png;
};

Efforts efforts_of(Mode mode) {
  switch (mode) {
    case Mode::fast: return {.webp = 2, .png = 3};
    case Mode::best: return {.webp = 4, .png = 6};
  }
  std::unreachable();
}

std::string encode_webp(const VImage& image, int quality, int effort) {
  return strip_webp(
      save(image, "webpsave_buffer",
           VImage::option()->set("strip", true)->set("Q", quality)->set("effort", effort)));
}

std::string encode_png_with_alpha(const VImage& image, int effort) {
  return save(image, "pngsave_buffer",
              VImage::option()
                  ->set("strip", true)
                  ->set("compression", effort)
                  ->set("filter", VIPS_FOREIGN_PNG_FILTER_ALL));
}

/// By libavif: libvips would write EXIF of its own beside a profile.
Result<std::string> encode_avif_with_alpha(const VImage& image, const AvifSettings& settings) {
  const int alpha_band = image.bands() - 1;
  const Plane alpha = to_plane(image.extract_band(alpha_band));
  const VImage colours = image.extract_band(0, VImage::option()->set("n", alpha_band));
  AvifSettings with_alpha = settings;
  with_alpha.alpha = &alpha;
  return encode_avif(from_rgb(to_rgb(colours), false), with_alpha);
}

/// What hides nothing: as planes, like a photograph.
Result<std::string> encode_opaque(const VImage& image, const Plan& plan, const Limits& limits,
                                  std::string_view icc) {
  const PlaneWishes wishes = wishes_of(plan);
  Planes planes = from_rgb(to_rgb(image), wishes.subsampled);
  return encode_planes(with_range(std::move(planes), wishes.range), plan, limits, icc);
}

Result<std::string> encode_with_alpha(const VImage& image, const Plan& plan, std::size_t size_max,
                                      std::string_view icc) {
  const int quality = quality_of(plan);
  const Efforts efforts = efforts_of(plan.mode);
  switch (plan.format) {
    case Format::jpeg: break;
    case Format::webp: {
      std::string file = encode_webp(image, quality, efforts.webp);
      if (icc.empty()) return file;
      return webp_with_profile(file, icc, size_max);
    }
    case Format::png: {
      std::string file = encode_png_with_alpha(image, efforts.png);
      if (icc.empty()) return file;
      return png_with_profile(file, icc, size_max);
    }
    case Format::avif:
      return encode_avif_with_alpha(
          image, {.quality = quality, .mode = plan.mode, .icc = icc, .size_max = size_max});
  }
  std::unreachable();
}

}  // namespace

Result<std::string> encode(const VImage& image, const Plan& plan, const Limits& limits) {
  const auto size_max = static_cast<std::size_t>(limits.output_bytes_max);
  const std::string icc = plan.colour == Colour::keep ? profile_of(image) : std::string();
  if (!image.has_alpha()) {
    // PNG keeps every sample, which a way through luma and chroma would not.
    if (plan.format == Format::png)
      return encode_png(to_rgb(image), {.mode = plan.mode, .icc = icc, .size_max = size_max});
    return encode_opaque(image, plan, limits, icc);
  }
  if (plan.format == Format::jpeg)
    return encode_opaque(image.flatten(VImage::option()->set("background", 255)), plan, limits,
                         icc);
  TRY_LET(std::string file, encode_with_alpha(image, plan, size_max, icc));
  TRY(check_output_bytes(static_cast<std::int64_t>(file.size()), limits));
  return file;
}

}  // namespace tintype::image
