#include "image/general/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "image/general/resize.h"

namespace tintype::image {
namespace {

using vips::VImage;
using vips::VOption;

/// What is decoded at once may fill so much memory: 100 megapixels of 16 bits with alpha. Less
/// usual samples (floating point, many bands) have to have fewer pixels.
constexpr std::uint64_t kDecodedBytesMax = 800'000'000;

/// How much larger than its target a picture stays before the last, good resize; libvips'
/// thumbnailer leaves as much. With less, the crude reduction that decoders do becomes visible.
constexpr double kGap = 2;

/// The loader that reads this type and nothing else. Left to itself, libvips would try its forty,
/// among them ImageMagick's.
const char* loader_of(SourceType type) {
  switch (type) {
    case SourceType::jpeg: return "jpegload_buffer";
    case SourceType::png: return "pngload_buffer";
    case SourceType::gif: return "gifload_buffer";
    case SourceType::webp: return "webpload_buffer";
    case SourceType::heic: return "heifload_buffer";
    case SourceType::avif: return "heifload_buffer";
    case SourceType::tiff: return "tiffload_buffer";
    case SourceType::jxl: return "jxlload_buffer";
    case SourceType::svg: return "svgload_buffer";
  }
  std::unreachable();
}

/// Reads the header; pixels follow when they are asked for. `options` is consumed.
VImage open(const Source& source, SourceType type, VOption* options) {
  // libvips only reads: the blob has no destructor, and the bytes outlive every image of render().
  const std::unique_ptr<VipsBlob, void (*)(VipsBlob*)> blob(
      vips_blob_new(nullptr, source.bytes.data(), source.bytes.size()),
      [](VipsBlob* each) { vips_area_unref(VIPS_AREA(each)); });
  VImage image;
  VImage::call(loader_of(type),
               options->set("buffer", blob.get())
                   ->set("out", &image)
                   // Top to bottom, once: no picture is decoded twice or parked in a file.
                   ->set("access", VIPS_ACCESS_SEQUENTIAL)
                   // Above "truncated"; "warning" would refuse what phones are known to write.
                   ->set("fail_on", VIPS_FAIL_ON_ERROR));
  return image;
}

int read_int(const VImage& image, const char* field, int missing) {
  return image.get_typeof(field) == 0 ? missing : image.get_int(field);
}

/// How the pixels still have to be turned. libheif and libjxl turn them while they decode, because
/// there the turn is part of the picture; an EXIF tag beside it must not turn it again.
int orientation_of(const VImage& image, SourceType type) {
  if (type == SourceType::heic || type == SourceType::avif || type == SourceType::jxl) return 1;
  const int orientation = read_int(image, VIPS_META_ORIENTATION, 1);
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

Status check_limits(const VImage& image, SourceType type, const Limits& limits) {
  // The frames of an animation share a canvas and are walked through; pages of the others are
  // pictures of their own, of which only the first is touched.
  const bool animated = type == SourceType::gif || type == SourceType::webp;
  const std::int64_t frames = animated ? std::max(1, read_int(image, VIPS_META_N_PAGES, 1)) : 1;
  return check_source_size(image.width(), image.height(), frames, limits);
}

/// The bands that a picture of this interpretation has without alpha, or 0 if we do not know it.
int colour_bands(const VImage& image) {
  switch (static_cast<int>(image.interpretation())) {
    case VIPS_INTERPRETATION_B_W:
    case VIPS_INTERPRETATION_GREY16: return 1;
    case VIPS_INTERPRETATION_sRGB:
    case VIPS_INTERPRETATION_RGB:
    case VIPS_INTERPRETATION_RGB16:
    case VIPS_INTERPRETATION_scRGB:
    case VIPS_INTERPRETATION_LAB:
    case VIPS_INTERPRETATION_LABS:
    case VIPS_INTERPRETATION_XYZ: return 3;
    case VIPS_INTERPRETATION_CMYK: return 4;
    default: return 0;
  }
}

VImage turn_upright(const VImage& image, int orientation) {
  switch (orientation) {  // What undoes each: EXIF 2.32, 4.6.5, "Orientation".
    case 2: return image.fliphor();
    case 3: return image.rot180();
    case 4: return image.flipver();
    case 5: return image.rot90().fliphor();
    case 6: return image.rot90();
    case 7: return image.rot270().fliphor();
    case 8: return image.rot270();
    default: return image;
  }
}

/// What the loader itself can leave out, as its option.
VOption* reduced(const Header& header, double scale, Mode mode) {
  VOption* options = VImage::option();
  if (header.type == SourceType::svg) return options->set("scale", scale);  // Exact, either way.
  if (mode == Mode::best) return options;
  if (header.type == SourceType::jpeg) {
    int shrink = 1;
    while (shrink < 8 && shrink * 2 * kGap * scale <= 1) shrink *= 2;
    return options->set("shrink", shrink);
  }
  if (header.type == SourceType::webp) return options->set("scale", std::min(1.0, scale * kGap));
  return options;
}

/// 8 bits where nothing is lost that shows, 16 where the colours are still to be transformed, and
/// no bands that nobody knows.
VImage with_plain_samples(VImage image, const Header& header) {
  const int bands = colour_bands(image);
  if (image.bands() > bands + 1)
    image = image.extract_band(0, VImage::option()->set("n", bands + 1));
  if (image.format() == VIPS_FORMAT_UCHAR) return image;
  const bool transformed = header.nclx || image.get_typeof(VIPS_META_ICC_NAME) != 0;
  if (image.format() == VIPS_FORMAT_USHORT && transformed) return image;
  image = image.colourspace(VIPS_INTERPRETATION_sRGB).cast(VIPS_FORMAT_UCHAR).copy();
  image.remove(VIPS_META_ICC_NAME);  // Of the samples that were.
  return image;
}

/// Nothing but pixels and what their numbers mean: no encoder gets to see EXIF or XMP of strangers.
/// And libvips 8.14 frees the metadata of a HEIC together with the image that was loaded, though
/// images made from it refer to it still; so the profile becomes a copy.
VImage without_metadata(const VImage& loaded) {
  const VImage image = loaded.copy();  // Another may hold on to the one that was loaded.
  const std::unique_ptr<gchar*, void (*)(gchar**)> fields(vips_image_get_fields(image.get_image()),
                                                          g_strfreev);
  for (gchar** field = fields.get(); *field != nullptr; ++field)
    if (std::string_view(*field) !=
        VIPS_META_SEQUENTIAL)  // A mark of its own for row-wise reading.
      vips_image_remove(image.get_image(), *field);
  if (loaded.get_typeof(VIPS_META_ICC_NAME) != 0) {
    std::size_t size = 0;
    const void* profile = loaded.get_blob(VIPS_META_ICC_NAME, &size);
    vips_image_set_blob_copy(image.get_image(), VIPS_META_ICC_NAME, profile, size);
  }
  return image;
}

}  // namespace

Result<Header> read_header(const Source& source, SourceType type, const Limits& limits) {
  if (type == SourceType::svg && !source.trusted)
    return fail(ErrorCode::unsupported, "image/svg+xml is a program, not a picture");

  const VImage image = open(source, type, VImage::option());
  TRY(check_limits(image, type, limits));
  if (colour_bands(image) == 0 || image.bands() < colour_bands(image))
    return fail(ErrorCode::unsupported,
                fmt::format("{} bands of samples that are no colours", image.bands()));

  Header header{.type = type, .size = {image.width(), image.height()}, .nclx = {}};
  header.orientation = orientation_of(image, type);
  // 5 to 8 lie on their side.
  if (header.orientation >= 5) std::swap(header.size.width, header.size.height);
  // A profile is more exact than code points: MIAF (ISO 23000-22), 7.3.6.4.
  const bool iso_media = type == SourceType::heic || type == SourceType::avif;
  if (iso_media && image.get_typeof(VIPS_META_ICC_NAME) == 0) header.nclx = find_nclx(source.bytes);
  return header;
}

Result<VImage> decode(const Source& source, const Header& header, double scale, Mode mode) {
  VImage image = open(source, header.type, reduced(header, scale, mode));
  image = with_plain_samples(without_metadata(image), header);
  if (mode == Mode::fast) {
    // What is left to leave out is left out while the rows come in, so that they never lie in
    // memory: a box filter down to the gap, which is what resizing would begin with.
    const double upright_width = header.orientation >= 5 ? image.height() : image.width();
    const double left = upright_width / (header.size.width * scale * kGap);
    const int factor = std::max(1, static_cast<int>(left));
    if (factor > 1) image = shrink(image, factor);
  }
  if (const std::uint64_t size = VIPS_IMAGE_SIZEOF_IMAGE(image.get_image());
      size > kDecodedBytesMax)
    return fail(ErrorCode::too_large,
                fmt::format("source has {} bytes when decoded: at most {} are allowed", size,
                            kDecodedBytesMax));
  return turn_upright(image.copy_memory(), header.orientation).copy_memory();
}

}  // namespace tintype::image
