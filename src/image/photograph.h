// The fast path: a photograph is decoded to luma and chroma, at a scale near that of the result,
// only where the result shows it; the planes are resampled and encoded, and never become RGB.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "image/render.h"
#include "image/sniff.h"

namespace tintype::image {

/// As render() has it. Nothing if the source, or a plan, is for the general path. May throw
/// vips::VError, which render() catches.
Result<std::optional<Rendered>> render_photograph(const Source& source, SourceType type,
                                                  const std::vector<Plan>& plans,
                                                  const Limits& limits);

}  // namespace tintype::image
