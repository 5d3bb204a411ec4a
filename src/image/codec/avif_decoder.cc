#include "image/codec/avif_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include <avif/avif.h>

#include "base/assert.h"

namespace tintype::image {
namespace {

using Decoder = std::unique_ptr<avifDecoder, void (*)(avifDecoder*)>;

/// EXIF's number for what a file wants done: turned `angle` quarters anticlockwise, then mirrored
/// (ISO/IEC 23008-12, 6.5.10 and 6.5.12; the order is MIAF's).
int orientation_of(const avifImage& image) {
  const unsigned angle =
      (image.transformFlags & AVIF_TRANSFORM_IROT) != 0 ? image.irot.angle & 3 : 0;
  constexpr int kTurned[] = {1, 8, 3, 6};
  constexpr int kTurnedThenTopForBottom[] = {4, 5, 2, 7};
  constexpr int kTurnedThenLeftForRight[] = {2, 7, 4, 5};
  if ((image.transformFlags & AVIF_TRANSFORM_IMIR) == 0) return kTurned[angle];
  return image.imir.mode == 0 ? kTurnedThenTopForBottom[angle] : kTurnedThenLeftForRight[angle];
}

/// Code points of ITU-T H.273 that a Photo can say.
std::optional<Matrix> matrix_of(const avifImage& image) {
  switch (image.matrixCoefficients) {
    case AVIF_MATRIX_COEFFICIENTS_BT709: return Matrix::bt709;
    case AVIF_MATRIX_COEFFICIENTS_UNSPECIFIED:  // AV1 Image File Format 1.1, and all decoders.
    case AVIF_MATRIX_COEFFICIENTS_BT470BG:
    case AVIF_MATRIX_COEFFICIENTS_BT601: return Matrix::bt601;
    case AVIF_MATRIX_COEFFICIENTS_BT2020_NCL: return Matrix::bt2020;
    default: return std::nullopt;
  }
}

/// Whether the samples may be taken for sRGB, or a profile says what they are.
bool has_known_colours(const avifImage& image) {
  if (image.icc.size != 0) return true;
  const bool primaries = image.colorPrimaries == AVIF_COLOR_PRIMARIES_BT709 ||
                         image.colorPrimaries == AVIF_COLOR_PRIMARIES_UNSPECIFIED;
  // Nobody shows a photograph with BT.709's camera curve: browsers take it for sRGB's.
  const bool transfer =
      image.transferCharacteristics == AVIF_TRANSFER_CHARACTERISTICS_BT709 ||
      image.transferCharacteristics == AVIF_TRANSFER_CHARACTERISTICS_UNSPECIFIED ||
      image.transferCharacteristics == AVIF_TRANSFER_CHARACTERISTICS_BT601 ||
      image.transferCharacteristics == AVIF_TRANSFER_CHARACTERISTICS_SRGB;
  return primaries && transfer;
}

bool is_usual(const avifDecoder& decoder) {
  const avifImage& image = *decoder.image;
  const bool square = (image.transformFlags & AVIF_TRANSFORM_PASP) == 0 ||
                      image.pasp.hSpacing == image.pasp.vSpacing;
  return decoder.imageCount == 1 && decoder.alphaPresent == AVIF_FALSE && image.depth == 8 &&
         image.yuvFormat != AVIF_PIXEL_FORMAT_NONE && square &&
         (image.transformFlags & AVIF_TRANSFORM_CLAP) == 0 && matrix_of(image) &&
         has_known_colours(image);
}

/// A decoder that has read the container, or an empty one if the picture is unusual. Whether what
/// libavif refuses here is broken or only not strict is for others to say.
Decoder open(Bytes source, const Limits& limits) {
  Decoder decoder(avifDecoderCreate(), avifDecoderDestroy);
  if (!decoder) return decoder;
  decoder->codecChoice = AVIF_CODEC_CHOICE_DAV1D;
  decoder->maxThreads = 1;
  decoder->ignoreExif = AVIF_TRUE;
  decoder->ignoreXMP = AVIF_TRUE;
  decoder->imageCountLimit = 1;
  decoder->imageSizeLimit = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(limits.source_pixels_max, 1, AVIF_DEFAULT_IMAGE_SIZE_LIMIT));
  decoder->imageDimensionLimit = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(limits.source_side_max, 1, AVIF_DEFAULT_IMAGE_DIMENSION_LIMIT));
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(source.data());
  const bool read = avifDecoderSetIOMemory(decoder.get(), bytes, source.size()) == AVIF_RESULT_OK &&
                    avifDecoderParse(decoder.get()) == AVIF_RESULT_OK && is_usual(*decoder);
  if (!read) decoder.reset();
  return decoder;
}

/// Copies the samples of `window`, whose left and top are multiples of the steps: pixels that a
/// sample covers.
Channel copy_channel(const avifImage& image, int index, Window window, Size steps) {
  const auto samples = [](int pixels, int step) { return (pixels + step - 1) / step; };
  Channel channel;
  channel.plane = Plane(samples(window.width, steps.width), samples(window.height, steps.height));
  channel.scale_x = 1.0 / steps.width;
  channel.scale_y = 1.0 / steps.height;
  const int left = window.left / steps.width;
  const int top = window.top / steps.height;
  channel.left = left;
  channel.top = top;
  const std::size_t stride = image.yuvRowBytes[index];
  const std::uint8_t* row = image.yuvPlanes[index] + static_cast<std::size_t>(top) * stride +
                            static_cast<std::size_t>(left);
  for (int y = 0; y < channel.plane.height(); ++y, row += stride)
    std::memcpy(channel.plane.row(y), row, static_cast<std::size_t>(channel.plane.width()));
  return channel;
}

Photo to_photo(const avifImage& image, Window window) {
  Photo photo;
  photo.size = {static_cast<int>(image.width), static_cast<int>(image.height)};
  photo.matrix = *matrix_of(image);
  photo.range = image.yuvRange == AVIF_RANGE_FULL ? Range::full : Range::limited;
  photo.orientation = orientation_of(image);
  photo.icc.assign(reinterpret_cast<const char*>(image.icc.data), image.icc.size);

  const bool wide = image.yuvFormat == AVIF_PIXEL_FORMAT_YUV444;
  const Size steps{wide ? 1 : 2, image.yuvFormat == AVIF_PIXEL_FORMAT_YUV420 ? 2 : 1};
  const int right = window.left + window.width;
  const int bottom = window.top + window.height;
  window.left = window.left / 2 * 2;
  window.top = window.top / 2 * 2;
  window.width = right - window.left;
  window.height = bottom - window.top;
  photo.luma = copy_channel(image, AVIF_CHAN_Y, window, {1, 1});
  if (image.yuvFormat == AVIF_PIXEL_FORMAT_YUV400) return photo;
  // Where 4:2:0 is sited to the left, it is taken for centred, as by other decoders: a quarter of a
  // chroma sample.
  photo.cb = copy_channel(image, AVIF_CHAN_U, window, steps);
  photo.cr = copy_channel(image, AVIF_CHAN_V, window, steps);
  return photo;
}

}  // namespace

Result<std::optional<Probe>> probe_avif(Bytes source, const Limits& limits) {
  const Decoder decoder = open(source, limits);
  if (!decoder) return std::nullopt;
  const avifImage& image = *decoder->image;
  return Probe{{static_cast<int>(image.width), static_cast<int>(image.height)},
               orientation_of(image)};
}

Result<std::optional<Photo>> decode_avif(Bytes source, Window window, const Limits& limits) {
  const Decoder decoder = open(source, limits);
  if (!decoder) return std::nullopt;
  const Size told{static_cast<int>(decoder->image->width),
                  static_cast<int>(decoder->image->height)};
  ASSERT(window.left >= 0 && window.width > 0);
  ASSERT(window.top >= 0 && window.height > 0);
  ASSERT(window.width <= told.width - window.left);
  ASSERT(window.height <= told.height - window.top);

  const avifResult result = avifDecoderNextImage(decoder.get());
  if (result == AVIF_RESULT_OUT_OF_MEMORY)
    return fail(ErrorCode::unavailable, "decode AVIF: out of memory");
  if (result != AVIF_RESULT_OK)
    return fail(ErrorCode::damaged_input,
                fmt::format("decode AVIF: {}", avifResultToString(result)));
  // The bit stream may contradict the container, and then it is the bit stream that was decoded.
  const avifImage& image = *decoder->image;
  if (!is_usual(*decoder) || told.width != static_cast<int>(image.width) ||
      told.height != static_cast<int>(image.height))
    return std::nullopt;
  return to_photo(image, window);
}

}  // namespace tintype::image
