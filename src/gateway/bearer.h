#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace tintype::gateway {

/// The one parser of "Authorization: Bearer <token>" (RFC 6750, 2.1): the scheme in any case, one
/// token of b64token characters; anything else is `unauthenticated`.
Result<std::string> parse_bearer(std::optional<std::string_view> header);

/// The bearer token of a request. `unauthenticated` also if the header is there twice: whoever
/// stands in front may have looked at the other one.
Result<std::string> bearer_token(const http::Request& request);

}  // namespace tintype::gateway
