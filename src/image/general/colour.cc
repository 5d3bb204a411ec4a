#include "image/general/colour.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "image/planes/profile.h"

namespace tintype::image {
namespace {

using vips::VImage;

/// Nits of white paper in HDR pictures: ITU-R BT.2408-7, 2.1. It becomes sRGB's white.
constexpr double kWhiteNits = 203;

/// Light as a display emits it, 1 being paper white, of a PQ signal: ITU-R BT.2100-2, table 4.
double decode_pq(double signal) {
  constexpr double kM1 = 2610.0 / 16384;
  constexpr double kM2 = 2523.0 / 4096 * 128;
  constexpr double kC1 = 3424.0 / 4096;
  constexpr double kC2 = 2413.0 / 4096 * 32;
  constexpr double kC3 = 2392.0 / 4096 * 32;
  const double power = std::pow(signal, 1 / kM2);
  return std::pow(std::max(power - kC1, 0.0) / (kC2 - kC3 * power), 1 / kM1) * 10'000 / kWhiteNits;
}

/// The same of an HLG signal on a display of 1000 nits: ITU-R BT.2100-2, table 5.
double decode_hlg(double signal) {
  constexpr double kA = 0.17883277;
  constexpr double kB = 0.28466892;
  constexpr double kC = 0.55991073;
  constexpr double kSystemGamma = 1.2;
  const double scene =
      signal <= 0.5 ? signal * signal / 3 : (std::exp((signal - kC) / kA) + kB) / 12;
  return std::pow(scene, kSystemGamma) * 1000 / kWhiteNits;
}

/// IEC 61966-2-1.
double decode_srgb(double signal) {
  return signal <= 0.04045 ? signal / 12.92 : std::pow((signal + 0.055) / 1.055, 2.4);
}

/// Keeps what is up to the knee as it is and bends the rest so that it approaches, smoothly, white.
double roll_off(double light) {
  constexpr double kKnee = 0.6;
  if (light <= kKnee) return light;
  return kKnee + (1 - kKnee) * (1 - std::exp(-(light - kKnee) / (1 - kKnee)));
}

double decode(double signal, std::uint16_t transfer) {
  switch (transfer) {
    case kTransferPq: return roll_off(decode_pq(signal));
    case kTransferHlg: return roll_off(decode_hlg(signal));
    case kTransferLinear: return signal;
    default: return decode_srgb(signal);  // The cameras' curves are shown like sRGB's.
  }
}

/// Linear light of every sample value there is.
VImage decoding_table(std::uint16_t transfer, int values) {
  std::vector<float> table(static_cast<std::size_t>(values));
  for (int value = 0; value < values; ++value)
    table[static_cast<std::size_t>(value)] =
        static_cast<float>(decode(static_cast<double>(value) / (values - 1), transfer));
  VipsImage* image = vips_image_new_from_memory_copy(table.data(), table.size() * sizeof(float),
                                                     values, 1, 1, VIPS_FORMAT_FLOAT);
  if (image == nullptr) throw vips::VError();
  return VImage(image);
}

using Matrix = std::array<double, 9>;

// From linear light of the primaries to linear sRGB; both have D65 as white. Computed from the
// chromaticities in H.273, table 2.
constexpr Matrix kP3ToSrgb = {1.2249401762805598,  -0.2249401762805600, 0,  //
                              -0.0420569547096882, 1.0420569547096881,  0,  //
                              -0.0196375545903344, -0.0786360455506319, 1.0982736001409663};
constexpr Matrix kBt2020ToSrgb = {1.6604910021084345,  -0.5876411387885495, -0.0728498633198849,  //
                                  -0.1245504745215907, 1.1328998971259603,  -0.0083494226043695,  //
                                  -0.0181507633549053, -0.1005788980080074, 1.1187296613629127};

VImage with_srgb_primaries(const VImage& linear, std::uint16_t primaries) {
  if (primaries != kPrimariesP3 && primaries != kPrimariesBt2020) return linear;
  Matrix matrix = primaries == kPrimariesP3 ? kP3ToSrgb : kBt2020ToSrgb;
  return linear.recomb(VImage::new_matrix(3, 3, matrix.data(), static_cast<int>(matrix.size())));
}

/// True if the code points say something else than what everybody assumes.
bool differs_from_srgb(const Nclx& nclx) {
  return nclx.primaries == kPrimariesP3 || nclx.primaries == kPrimariesBt2020 ||
         nclx.transfer == kTransferPq || nclx.transfer == kTransferHlg ||
         nclx.transfer == kTransferLinear;
}

VImage nclx_to_linear(const VImage& image, const Nclx& nclx) {
  const bool wide = image.format() == VIPS_FORMAT_USHORT;
  constexpr int kColours = 3;
  const VImage colours = image.extract_band(0, VImage::option()->set("n", kColours))
                             .maplut(decoding_table(nclx.transfer, wide ? 65'536 : 256));
  VImage linear = with_srgb_primaries(colours, nclx.primaries);
  if (image.has_alpha()) {
    VImage alpha = image.extract_band(kColours);
    if (wide) alpha = alpha / 257.0;  // 65535 to 255.
    linear = linear.bandjoin(alpha);
  }
  return linear.cast(VIPS_FORMAT_FLOAT)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_scRGB));
}

bool has_nclx(const VImage& image, const std::optional<Nclx>& nclx) {
  return nclx && differs_from_srgb(*nclx) && image.bands() >= 3;
}

/// By the embedded profile; one that does not fit the samples counts as none.
VImage transform_by_profile(const VImage& image, int bits) {
  const bool cmyk = image.interpretation() == VIPS_INTERPRETATION_CMYK;
  return image.icc_transform("srgb", VImage::option()
                                         ->set("embedded", true)
                                         ->set("input_profile", cmyk ? "cmyk" : "srgb")
                                         ->set("depth", bits));
}

bool has_profile(const VImage& image) { return image.get_typeof(VIPS_META_ICC_NAME) != 0; }

bool is_rgb(const VImage& image) {
  const VipsInterpretation kind = image.interpretation();
  return kind == VIPS_INTERPRETATION_sRGB || kind == VIPS_INTERPRETATION_RGB ||
         kind == VIPS_INTERPRETATION_RGB16;
}

bool is_kept(const VImage& image, Colour colour) {
  return colour == Colour::keep && !profile_of(image).empty();
}

}  // namespace

std::string profile_of(const VImage& image) {
  if (!has_profile(image) || !is_rgb(image)) return {};
  std::size_t size = 0;
  const void* const bytes = image.get_blob(VIPS_META_ICC_NAME, &size);
  const std::string_view profile = usable_profile({static_cast<const char*>(bytes), size});
  return is_srgb(profile) ? std::string() : std::string(profile);
}

VImage to_srgb(const VImage& image, const std::optional<Nclx>& nclx, Colour colour) {
  VImage result;
  if (is_kept(image, colour))
    result = image;
  else if (has_profile(image))
    result = transform_by_profile(image, 8);
  else if (has_nclx(image, nclx))
    result = nclx_to_linear(image, *nclx);
  else
    result = image;
  return result.colourspace(VIPS_INTERPRETATION_sRGB).cast(VIPS_FORMAT_UCHAR);
}

VImage to_linear(const VImage& image, const std::optional<Nclx>& nclx, Colour colour) {
  if (is_kept(image, colour)) return image.colourspace(VIPS_INTERPRETATION_scRGB);
  if (has_profile(image))
    return transform_by_profile(image, 16).colourspace(VIPS_INTERPRETATION_scRGB);
  if (has_nclx(image, nclx)) return nclx_to_linear(image, *nclx);
  return image.colourspace(VIPS_INTERPRETATION_scRGB);
}

}  // namespace tintype::image
