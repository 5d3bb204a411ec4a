#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/result.h"

namespace tintype::upload {

/// How a slot can be filled.
enum class Method {
  put,        ///< One presigned PUT.
  post,       ///< One form (multipart/form-data) with a signed policy.
  multipart,  ///< Several presigned PUTs, each a part; then complete.
};
std::string_view to_string(Method method);
/// Either case; nothing for another word.
std::optional<Method> parse_method(std::string_view text);

/// What an owner may have in one collection.
struct OwnerLimits {
  std::int64_t waiting_max = 20;           ///< Slots that wait: several tabs, but no filled table.
  std::int64_t per_hour = 200;             ///< Slots opened within any hour.
  std::int64_t bytes_per_day = 2LL << 30;  ///< Of slots opened within any 24 hours.
};

/// What a collection lets people upload.
struct Policy {
  std::string collection;              ///< "avatars"
  std::string route;                   ///< "/avatars/key_upload"
  std::vector<std::string> types;      ///< Media types, each known to content_types.h.
  std::int64_t size_max = 15LL << 20;  ///< Bytes.
  std::chrono::milliseconds slot_ttl{300'000};
  /// Never empty. The first is what a client gets that names none.
  std::vector<Method> methods = {Method::put, Method::post, Method::multipart};
  std::int64_t part_size = 8LL << 20;  ///< Bytes of each part but the last.
  std::chrono::milliseconds multipart_ttl = std::chrono::hours(24);  ///< slot_ttl of multipart.
  OwnerLimits limits = {};
};

/// Reads those keys of a [collection.NAME] that are about uploading: docs/operations/settings.md.
Result<Policy> read_policy(const std::string& collection, const config::Table& table);

}  // namespace tintype::upload
