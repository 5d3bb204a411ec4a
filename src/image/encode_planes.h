// From planes to the bytes of a file, and what each encoder wants of its planes.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "image/limits.h"
#include "image/plan.h"
#include "image/planes/photo.h"

namespace tintype::image {

/// From 4:2:0 nobody sees a loss in photographs at usual qualities; who asks for more than this
/// wants the last bit of colour too. Of JPEG.
inline constexpr int kSubsampledQualityMax = 90;

struct PlaneWishes {
  bool subsampled = true;  ///< Chroma of half the size.
  Range range = Range::full;
};

PlaneWishes wishes_of(const Plan& plan);

/// `too_large` if the file would be over the limit. The file has no metadata but the profile `icc`,
/// and not that if it is empty.
Result<std::string> encode_planes(const Planes& planes, const Plan& plan, const Limits& limits,
                                  std::string_view icc);

}  // namespace tintype::image
