#include "image/planes/profile.h"

#include <lcms2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>

#include "image/planes/shaper.h"

namespace tintype::image {
namespace {

// A context of its own has no plug-ins and no logger: what a profile does wrong is told to nobody.
struct DeleteContext {
  void operator()(cmsContext context) const { cmsDeleteContext(context); }
};
struct CloseProfile {
  void operator()(cmsHPROFILE profile) const { cmsCloseProfile(profile); }
};
struct DeleteTransform {
  void operator()(cmsHTRANSFORM transform) const { cmsDeleteTransform(transform); }
};
using Context = std::unique_ptr<std::remove_pointer_t<cmsContext>, DeleteContext>;
using Profile = std::unique_ptr<void, CloseProfile>;
using Transform = std::unique_ptr<void, DeleteTransform>;

using Vector3 = std::array<double, 3>;
using Matrix3 = std::array<Vector3, 3>;

constexpr std::size_t kHeaderBytes = 128;  // ICC.1:2022, 7.2.

// Red, green and blue of sRGB at D50, the white of all profiles: IEC 61966-2-1, annex F, as the
// ICC's own sRGB2014.icc has it.
constexpr Matrix3 kSrgbColorants = {
    {{0.43607, 0.22249, 0.01392}, {0.38515, 0.71687, 0.09708}, {0.14307, 0.06061, 0.71410}}};

// From D50 XYZ to light of sRGB: the inverse of the above.
constexpr Matrix3 kSrgbOfXyz = {{{3.134095659, -1.617400406, -0.490637764},
                                 {-0.978792687, 1.9162949, 0.033453628},
                                 {0.071971128, -0.22898711, 1.405380198}}};

/// Numbers of the header, read by us: lcms2 would hand on as an enum what no enumerator is.
std::uint32_t number_at(std::string_view icc, std::size_t offset) {
  std::uint32_t number = 0;
  for (const char byte : icc.substr(offset, 4))
    number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

std::uint32_t size_of(std::string_view icc) { return number_at(icc, 0); }
std::uint32_t class_of(std::string_view icc) { return number_at(icc, 12); }
std::uint32_t space_of(std::string_view icc) { return number_at(icc, 16); }
std::uint32_t connection_of(std::string_view icc) { return number_at(icc, 20); }

bool is_rgb(std::string_view icc) {
  if (icc.size() < kHeaderBytes || icc.size() > kProfileBytesMax) return false;
  if (size_of(icc) > icc.size()) return false;
  if (space_of(icc) != cmsSigRgbData) return false;
  constexpr std::array<std::uint32_t, 4> kClasses = {cmsSigInputClass, cmsSigDisplayClass,
                                                     cmsSigOutputClass, cmsSigColorSpaceClass};
  if (std::ranges::find(kClasses, class_of(icc)) == kClasses.end()) return false;
  return connection_of(icc) == cmsSigXYZData || connection_of(icc) == cmsSigLabData;
}

/// Elements of DToB tags may be many thousands that share their bytes, each run for every colour;
/// the other kinds of tag have five at most.
bool takes_long(cmsHPROFILE profile) {
  constexpr std::array kTags = {cmsSigDToB0Tag, cmsSigDToB1Tag, cmsSigDToB2Tag, cmsSigDToB3Tag};
  return std::ranges::any_of(kTags, [&](auto tag) { return cmsIsTag(profile, tag); });
}

Profile open(cmsContext context, std::string_view icc) {
  if (context == nullptr || !is_rgb(icc)) return nullptr;
  Profile profile(
      cmsOpenProfileFromMemTHR(context, icc.data(), static_cast<cmsUInt32Number>(icc.size())));
  if (profile && takes_long(profile.get())) return nullptr;
  return profile;
}

/// A profile that says it with three curves and three colours.
struct CurvesAndColorants {
  std::array<const cmsToneCurve*, 3> curves;
  Matrix3 colorants;
};

std::optional<CurvesAndColorants> curves_and_colorants(std::string_view icc, cmsHPROFILE profile) {
  if (connection_of(icc) != cmsSigXYZData) return std::nullopt;
  // Tables win over curves.
  for (const auto tag : {cmsSigAToB0Tag, cmsSigAToB1Tag, cmsSigAToB2Tag})
    if (cmsIsTag(profile, tag)) return std::nullopt;
  constexpr std::array kCurves = {cmsSigRedTRCTag, cmsSigGreenTRCTag, cmsSigBlueTRCTag};
  constexpr std::array kColours = {cmsSigRedColorantTag, cmsSigGreenColorantTag,
                                   cmsSigBlueColorantTag};
  CurvesAndColorants found;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto* const curve = static_cast<const cmsToneCurve*>(cmsReadTag(profile, kCurves.at(i)));
    const auto* const colour = static_cast<const cmsCIEXYZ*>(cmsReadTag(profile, kColours.at(i)));
    if (curve == nullptr || colour == nullptr) return std::nullopt;
    found.curves.at(i) = curve;
    found.colorants.at(i) = {colour->X, colour->Y, colour->Z};
  }
  return found;
}

/// IEC 61966-2-1.
double light_of(double sample) {
  if (sample <= 0.04045) return sample / 12.92;
  return std::pow((sample + 0.055) / 1.055, 2.4);
}

/// Within less than an 8-bit step to either side.
bool is_srgb_curve(const cmsToneCurve* curve) {
  constexpr double kStep = 0.75 / 255;
  for (int i = 0; i <= 255; i += 3) {
    const double sample = i / 255.0;
    const double light = cmsEvalToneCurveFloat(curve, static_cast<float>(sample));
    const double low = light_of(std::max(sample - kStep, 0.0));
    const double high = light_of(std::min(sample + kStep, 1.0));
    if (!(light > low - 1e-4 && light < high + 1e-4)) return false;  // Not a number is neither.
  }
  return true;
}

/// Rounding to 16 bits, and to the digits of white that a profile's maker had, stays below this.
bool is_near(const Vector3& found, const Vector3& wanted) {
  constexpr double kNear = 0.002;
  for (std::size_t i = 0; i < 3; ++i)
    if (!(std::abs(found.at(i) - wanted.at(i)) < kNear)) return false;
  return true;
}

Shaper shaper_of(const CurvesAndColorants& profile) {
  Shaper shaper;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t sample = 0; sample < 256; ++sample) {
      const float light =
          cmsEvalToneCurveFloat(profile.curves.at(i), static_cast<float>(sample) / 255);
      // A curve of a hostile profile may be anything, not even a number.
      shaper.curves.at(i).at(sample) = std::isfinite(light) ? std::clamp(light, 0.0F, 1.0F) : 0;
    }
    for (std::size_t k = 0; k < 3; ++k) {
      double sum = 0;
      for (std::size_t axis = 0; axis < 3; ++axis)
        sum += kSrgbOfXyz.at(i).at(axis) * profile.colorants.at(k).at(axis);
      shaper.matrix.at(i).at(k) = static_cast<float>(sum);
    }
  }
  return shaper;
}

/// For whatever has tables. Null if lcms2 cannot.
Transform make_transform(cmsContext context, cmsHPROFILE profile) {
  const Profile srgb(cmsCreate_sRGBProfileTHR(context));
  if (!srgb) return nullptr;
  return Transform(cmsCreateTransformTHR(context, profile, TYPE_RGB_8, srgb.get(), TYPE_RGB_8,
                                         INTENT_RELATIVE_COLORIMETRIC, 0));
}

bool transform(cmsContext context, cmsHPROFILE profile, Rgb& picture) {
  const Transform made = make_transform(context, profile);
  if (!made) return false;
  for (int y = 0; y < picture.height; ++y) {
    cmsDoTransform(made.get(), picture.row(y), picture.row(y),
                   static_cast<cmsUInt32Number>(picture.width));
  }
  return true;
}

}  // namespace

bool is_srgb(std::string_view icc) {
  const Context context(cmsCreateContext(nullptr, nullptr));
  const Profile profile = open(context.get(), icc);
  if (!profile) return false;
  const auto found = curves_and_colorants(icc, profile.get());
  if (!found) return false;
  for (std::size_t i = 0; i < 3; ++i) {
    if (!is_near(found->colorants.at(i), kSrgbColorants.at(i))) return false;
    if (!is_srgb_curve(found->curves.at(i))) return false;
  }
  return true;
}

std::string_view usable_profile(std::string_view icc) {
  const Context context(cmsCreateContext(nullptr, nullptr));
  const Profile profile = open(context.get(), icc);
  if (!profile) return {};
  const bool usable = curves_and_colorants(icc, profile.get()) ||
                      make_transform(context.get(), profile.get()) != nullptr;
  return usable ? icc.substr(0, size_of(icc)) : std::string_view();
}

bool to_srgb(Rgb& picture, std::string_view icc) {
  const Context context(cmsCreateContext(nullptr, nullptr));
  const Profile profile = open(context.get(), icc);
  if (!profile) return false;
  if (const auto found = curves_and_colorants(icc, profile.get())) {
    shape(shaper_of(*found), picture);
    return true;
  }
  return transform(context.get(), profile.get(), picture);
}

}  // namespace tintype::image
