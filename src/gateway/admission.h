// From an authorizer's verdict to who may pass, or the answer that says why not (RFC 6750, 3):
//
//   unauthenticated  401  WWW-Authenticate: Bearer ...          (error="invalid_token" if one came)
//   no scope of the  403  WWW-Authenticate: ... error="insufficient_scope", scope="a b"
//   denied           403
//   unavailable      503  Retry-After
//   any other        500
#pragma once

#include <expected>

#include "gateway/authorizer.h"

namespace tintype::gateway {

/// What `authorizer` and the route's scopes say of `request`.
Task<std::expected<Identity, http::Response>> admit(const Authorizer& authorizer,
                                                    const http::Request& request,
                                                    const RouteContext& route, Instant now);

}  // namespace tintype::gateway
