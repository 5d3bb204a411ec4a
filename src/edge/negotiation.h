#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "image/plan.h"

namespace tintype::edge {

/// The format of `offered` (at least one) that `accept` wants most. Of those wanted alike, one that
/// the client names goes before one that only a wildcard covers: "*/*" is also what clients say
/// that have never heard of AVIF. Then AVIF goes before WebP before the rest, in the order of
/// `offered`. Where the client wants none of them it gets the first: a picture helps more than a
/// 406.
image::Format choose_format(std::optional<std::string_view> accept,
                            std::span<const image::Format> offered);

}  // namespace tintype::edge
