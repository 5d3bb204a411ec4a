// What all engines have in common.
#pragma once

#include <string_view>
#include <vector>

#include "image/render.h"
#include "image/sniff.h"

namespace tintype::image {

/// What is refused before anybody looks closer: no plan, too many bytes, no image. Else its type.
Result<SourceType> check_job(const Source& source, const std::vector<Plan>& plans,
                             const Limits& limits);

/// Engine::warm: takes each of codec_samples() that `is_read` says; one sample meets all encoders.
/// A sample that is declined is an error too.
Status warm_engine(const Engine& engine, bool (*is_read)(SourceType));

}  // namespace tintype::image
