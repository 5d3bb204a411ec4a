#pragma once

#include <optional>
#include <string_view>

namespace tintype::upload {

/// The extension of keys for a media type that may be uploaded ("image/jpeg": "jpg"), or nothing.
/// The list is closed: an extension never comes from a client.
std::optional<std::string_view> extension_of(std::string_view content_type);
/// The media type of an extension ("JPG", "jpeg", "heic"), or nothing.
std::optional<std::string_view> content_type_of(std::string_view extension);

}  // namespace tintype::upload
