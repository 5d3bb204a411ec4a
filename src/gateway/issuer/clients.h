// The applications that may ask the embedded issuer for tokens of its people.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tintype::gateway {

/// A public client (RFC 6749, 2.1): it has no secret, and PKCE in its place.
struct OauthClient {
  std::string id;
  std::vector<std::string> redirect_uris;  ///< Each is_redirect_uri().
};

/// Whether answers may be sent to `uri` at all: an absolute URI without fragment and user, https;
/// or http of this machine (RFC 8252, 7.3); or a scheme of an app's own, which has a '.' (7.1).
bool is_redirect_uri(std::string_view uri);

/// Whether `uri` is the registered one, to the letter; of http://127.0.0.1 and http://[::1] any
/// port will do (RFC 8252, 7.3), as a program on a desk takes the one that is free.
bool is_same_redirect(std::string_view registered, std::string_view uri);

/// Immutable.
class OauthClients {
 public:
  static constexpr std::size_t kCountMax = 100;

  explicit OauthClients(std::vector<OauthClient> clients) : clients_(std::move(clients)) {}
  /// Null for an unknown one. Valid as long as this.
  const OauthClient* find(std::string_view id) const;

 private:
  const std::vector<OauthClient> clients_;
};

/// Whether `uri` is one of the client's.
bool may_redirect(const OauthClient& client, std::string_view uri);

/// What a Content-Security-Policy names to allow going to `redirect_uri`: "https://a.example:8443",
/// or "com.example.app:".
std::string source_of(std::string_view redirect_uri);

}  // namespace tintype::gateway
