#include "gateway/proxy_websocket.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/digest.h"

namespace tintype::gateway {

namespace {

bool lists(const http::Headers& headers, std::string_view field, std::string_view token) {
  return std::ranges::any_of(headers.find_all(field), [token](std::string_view value) {
    return std::ranges::any_of(split(value, ','), [token](std::string_view item) {
      return equals_ignoring_case(trim(item), token);
    });
  });
}

}  // namespace

bool asks_for_websocket(const http::Request& request) {
  return lists(request.headers, "Upgrade", "websocket") &&
         lists(request.headers, "Connection", "upgrade");
}

Result<std::string> parse_websocket_handshake(const http::Request& request) {
  const auto wrong = [](const char* why) {
    return fail(ErrorCode::invalid_argument, std::string("WebSocket: ") + why);
  };
  if (request.method != "GET") return wrong("the method is not GET");
  if (request.content_length.value_or(0) > 0 || request.headers.has("Transfer-Encoding"))
    return wrong("the request has a body");
  const auto versions = request.headers.find_all("Sec-WebSocket-Version");
  if (versions.size() != 1 || versions.front() != "13")
    return fail(ErrorCode::unsupported, "WebSocket: the version is not 13");
  const auto keys = request.headers.find_all("Sec-WebSocket-Key");
  constexpr std::size_t kKeySize = 16;
  const auto key = keys.size() == 1 ? from_base64(keys.front()) : wrong("no one key");
  if (!key || key->size() != kKeySize) return wrong("the key is none");
  return std::string(keys.front());
}

bool accepts_websocket(const http::UpstreamHead& head, std::string_view key) {
  constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, 1.3.
  crypto::Digest digest(crypto::DigestKind::sha1);
  digest.update(as_bytes(key));
  digest.update(as_bytes(kGuid));
  const auto accepts = head.headers.find_all("Sec-WebSocket-Accept");
  return lists(head.headers, "Upgrade", "websocket") && accepts.size() == 1 &&
         accepts.front() == to_base64(as_bytes(digest.finish()));
}

}  // namespace tintype::gateway
