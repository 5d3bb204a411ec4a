// What the routes of people share: If-Match, and what clients see of an error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace tintype::people {

/// What If-Match (RFC 9110, 13.1.1) says of a profile: the revisions that it may have; empty: any.
using Revisions = std::vector<std::int64_t>;
Revisions parse_if_match(std::string_view header);
/// "\"7\""
std::string write_etag(std::int64_t revision);

/// The answer to an error, logged if it is ours. `denied` is somebody who was deleted (410), where
/// `what_is_missing` names what a 404 is about.
http::Response answer_to(const Error& error, const http::Request& request,
                         std::string_view what_is_missing);

}  // namespace tintype::people
