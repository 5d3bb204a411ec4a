// Which header fields pass the gateway, each way, and which it adds.
#pragma once

#include <string>
#include <string_view>

#include "gateway/identity.h"
#include "gateway/proxy.h"
#include "http/message.h"
#include "http/upstream.h"

namespace tintype::gateway {

/// The fields that a request takes to `origin`.
///
/// Left out: hop-by-hop fields and what Connection names (RFC 9110, 7.6.1); everything that says
/// where a request comes from or who asks, in any spelling that a backend could take for it
/// ("X_Forwarded_For"); Authorization unless the route passes it on; Expect.
///
/// Added: Host, Via, X-Request-Id, Forwarded (RFC 7239), X-Forwarded-For (the client's address
/// alone), -Proto, -Host; and of `identity` X-Tintype-Sub, -Issuer, -Client-Id, -Scopes (separated
/// by spaces), -Claims and -Context (JSON as base64url). Texts in them are percent-encoded where
/// they are not visible ASCII.
http::Headers request_fields(const http::Request& request, const Identity* identity,
                             const ProxyOptions& options, const http::Origin& origin);

/// The fields of an answer that go back. Left out: hop-by-hop fields, what the gateway says itself
/// (CORS, x-request-id), Alt-Svc. A Location at `url` becomes one without scheme and host, so that
/// nobody learns where the upstream is.
http::Headers answer_fields(const http::Headers& fields, const http::UpstreamUrl& url,
                            std::string_view request_id);

}  // namespace tintype::gateway
