#include "upload/content_types.h"

#include <array>

#include "base/text.h"

namespace tintype::upload {

namespace {

struct Kind {
  std::string_view extension;
  std::string_view content_type;
};

/// The first line of a media type is the extension its keys get. SVG is not here: it is a program,
/// not a picture, to a browser.
constexpr std::array<Kind, 11> kKinds = {{
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"jpe", "image/jpeg"},
    {"png", "image/png"},
    {"webp", "image/webp"},
    {"heic", "image/heic"},
    {"heif", "image/heif"},
    {"avif", "image/avif"},
    {"gif", "image/gif"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
}};

}  // namespace

std::optional<std::string_view> extension_of(std::string_view content_type) {
  for (const Kind& kind : kKinds)
    if (equals_ignoring_case(kind.content_type, content_type)) return kind.extension;
  return std::nullopt;
}

std::optional<std::string_view> content_type_of(std::string_view extension) {
  for (const Kind& kind : kKinds)
    if (equals_ignoring_case(kind.extension, extension)) return kind.content_type;
  return std::nullopt;
}

}  // namespace tintype::upload
