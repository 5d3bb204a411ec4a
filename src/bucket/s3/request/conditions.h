#pragma once

#include <string_view>

#include "base/clock.h"
#include "http/message.h"

namespace tintype::bucket {

enum class Verdict { proceed, not_modified, failed };

/// What the conditions of a GET or HEAD say of the object, in the order of RFC 9110, 13.2.2. `etag`
/// is with its quotes.
Verdict check_read_conditions(const http::Headers& headers, std::string_view etag,
                              Instant modified_at);

/// True if a Range header is to be obeyed: without If-Range, or if that names exactly this object
/// (RFC 9110, 13.1.5).
bool range_applies(const http::Headers& headers, std::string_view etag, Instant modified_at);

}  // namespace tintype::bucket
