#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tintype::upload {

/// What a client says that it wants to upload. Its words choose among the policy's types and bind
/// the size; they never become part of a key.
struct UploadRequest {
  std::string content_type;          ///< Lower-case; not yet known to be allowed.
  std::optional<std::int64_t> size;  ///< Positive.
};

/// Reads {"content_type","size"} or {"extension"} (with or without "size"). Names that we do not
/// know are ignored. `invalid_argument` whose message the client sees, `unsupported` for an
/// extension of no picture, `too_large` for a size beyond all numbers.
Result<UploadRequest> parse_upload_request(std::string_view body);

}  // namespace tintype::upload
