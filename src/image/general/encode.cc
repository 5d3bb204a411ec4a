#include "image/general/encode.h"

#include <memory>
#include <utility>

#include "image/codec/png_encoder.h"
#include "image/encode_planes.h"
#include "image/general/rgb_image.h"
#include "image/general/webp_container.h"
#include "image/planes/range.h"

namespace tintype::image {
namespace {

using vips::VImage;
using vips::VOption;

std::string save(const VImage& image, const char* saver, VOption* options) {
  VipsBlob* made = nullptr;
  VImage::call(saver, options->set("in", image)->set("buffer", &made)->set("strip", true));
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
///   WebP  effort 2   12-15 ms                    AVIF  effort 0   18-28 ms  +10-18 %  -0.3-0.8 dB
///         effort 4   24-34 ms  -3 %  +0.2 dB           effort 1   58-77 ms
///         effort 6   67-70 ms  -6 %  +0.1 dB           effort 3    ~200 ms  +2 %      +0.4 dB
///   PNG   level 3    22-30 ms                          effort 4    ~700 ms  +3 %      +0.6 dB
///         level 6    44-70 ms  -1-4 %
struct Efforts {
  int webp;
  int avif;
  int png;
};

Efforts efforts_of(Mode mode) {
  switch (mode) {
    case Mode::fast: return {.webp = 2, .avif = 1, .png = 3};
    case Mode::best: return {.webp = 4, .avif = 3, .png = 6};
  }
  std::unreachable();
}

std::string encode_webp(const VImage& image, int quality, int effort) {
  return strip_webp(
      save(image, "webpsave_buffer", VImage::option()->set("Q", quality)->set("effort", effort)));
}

std::string encode_png_with_alpha(const VImage& image, int effort) {
  return save(
      image, "pngsave_buffer",
      VImage::option()->set("compression", effort)->set("filter", VIPS_FOREIGN_PNG_FILTER_ALL));
}

std::string encode_avif(const VImage& image, int quality, int effort) {
  return save(image, "heifsave_buffer",
              VImage::option()
                  ->set("Q", quality)
                  ->set("compression", VIPS_FOREIGN_HEIF_COMPRESSION_AV1)
                  ->set("bitdepth", 8)
                  ->set("effort", effort));
}

/// What hides nothing: as planes, like a photograph.
Result<std::string> encode_opaque(const VImage& image, const Plan& plan, const Limits& limits) {
  const PlaneWishes wishes = wishes_of(plan);
  Planes planes = from_rgb(to_rgb(image), wishes.subsampled);
  return encode_planes(with_range(std::move(planes), wishes.range), plan, limits);
}

std::string encode_with_alpha(const VImage& image, const Plan& plan) {
  const int quality = quality_of(plan);
  const Efforts efforts = efforts_of(plan.mode);
  switch (plan.format) {
    case Format::jpeg: break;
    case Format::webp: return encode_webp(image, quality, efforts.webp);
    case Format::png: return encode_png_with_alpha(image, efforts.png);
    case Format::avif: return encode_avif(image, quality, efforts.avif);
  }
  std::unreachable();
}

}  // namespace

Result<std::string> encode(const VImage& image, const Plan& plan, const Limits& limits) {
  if (!image.has_alpha()) {
    // PNG keeps every sample, which a way through luma and chroma would not.
    if (plan.format == Format::png)
      return encode_png(
          to_rgb(image),
          {.mode = plan.mode, .size_max = static_cast<std::size_t>(limits.output_bytes_max)});
    return encode_opaque(image, plan, limits);
  }
  if (plan.format == Format::jpeg)
    return encode_opaque(image.flatten(VImage::option()->set("background", 255)), plan, limits);
  std::string file = encode_with_alpha(image, plan);
  TRY(check_output_bytes(static_cast<std::int64_t>(file.size()), limits));
  return file;
}

}  // namespace tintype::image
