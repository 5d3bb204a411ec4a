#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/gateway.h"

namespace tintype::gateway {

/// What the app must know of the node that serves it. URLs are as browsers use them.
struct PageSettings {
  /// A foreign issuer that signs people in.
  struct SignIn {
    std::string issuer;
    std::string client_id;
    std::string token_origin;  ///< Where its tokens are fetched; empty: at the issuer.
  };

  std::string s3_url;
  std::string edge_url;
  std::optional<SignIn> sign_in;  ///< Absent: the embedded issuer.
};

/// The routes of the app (web/app, compiled in): its files, its pages ("/", "/people/{handle}",
/// ...: all of them index.html) and /app-config.json, open, with a strict Content-Security-Policy
/// that lets it reach the S3 and the edge origin and the issuer. Files whose name has their
/// content's hash are immutable; all others are asked for again.
std::vector<Route> page_routes(const PageSettings& settings);

}  // namespace tintype::gateway
