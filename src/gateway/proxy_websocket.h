#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"
#include "http/upstream.h"

namespace tintype::gateway {

/// The client asks for WebSocket, rightly or wrongly.
bool asks_for_websocket(const http::Request& request);

/// Its Sec-WebSocket-Key (RFC 6455, 4.2.1). `unsupported` for another version than 13,
/// `invalid_argument` for a handshake that is none.
Result<std::string> parse_websocket_handshake(const http::Request& request);

/// Whether an answer of 101 agrees to the handshake of `key` (4.1).
bool accepts_websocket(const http::UpstreamHead& head, std::string_view key);

}  // namespace tintype::gateway
