#include "edge/negotiation.h"

#include <algorithm>
#include <tuple>

#include "base/assert.h"
#include "base/text.h"
#include "http/message.h"

namespace tintype::edge {
namespace {

bool names(std::string_view accept, std::string_view media_type) {
  return std::ranges::any_of(split(accept, ','), [media_type](std::string_view element) {
    return equals_ignoring_case(trim(element.substr(0, element.find(';'))), media_type);
  });
}

/// Fewer bytes for the same picture first.
int preference(image::Format format) {
  switch (format) {
    case image::Format::avif: return 2;
    case image::Format::webp: return 1;
    case image::Format::jpeg:
    case image::Format::png: return 0;
  }
  __builtin_unreachable();
}

}  // namespace

image::Format choose_format(std::optional<std::string_view> accept,
                            std::span<const image::Format> offered) {
  ASSERT(!offered.empty());
  const auto rank = [accept](image::Format format) {
    const std::string_view type = image::media_type(format);
    const int quality = http::accept_quality(accept, type);
    const bool named = quality > 0 && accept && names(*accept, type);
    return std::tuple(quality, named, named ? preference(format) : 0);
  };
  // The first of those that are equal.
  return *std::ranges::max_element(offered, {}, rank);
}

}  // namespace tintype::edge
