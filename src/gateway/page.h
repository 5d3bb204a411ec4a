#pragma once

#include <string_view>
#include <vector>

#include "gateway/gateway.h"

namespace tintype::gateway {

/// The routes of the app's page (web/app, compiled in): "/", its files and /app-config.json, open,
/// with a strict Content-Security-Policy that lets it reach the S3 and the edge origin. Both URLs
/// are as browsers use them.
std::vector<Route> page_routes(std::string_view s3_url, std::string_view edge_url);

}  // namespace tintype::gateway
