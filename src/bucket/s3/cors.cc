#include "bucket/s3/cors.h"

#include <algorithm>
#include <array>

namespace tintype::bucket {

namespace {

constexpr std::array<std::string_view, 5> kMethods = {"GET", "HEAD", "PUT", "POST", "DELETE"};
constexpr std::string_view kMethodsText = "GET, HEAD, PUT, POST, DELETE";
/// An hour: browsers cap it themselves (Chromium at two).
constexpr std::string_view kMaxAge = "3600";

}  // namespace

bool S3Cors::is_allowed(std::string_view origin) const {
  return std::ranges::find(origins_, origin) != origins_.end();
}

S3Result<http::Response> S3Cors::preflight(const http::Request& request) const {
  const auto origin = request.headers.find("Origin");
  const auto method = request.headers.find("Access-Control-Request-Method");
  if (!origin || !method)
    return refuse(S3Error::invalid_request,
                  "A preflight needs Origin and Access-Control-Request-Method.");
  if (!is_allowed(*origin) || std::ranges::find(kMethods, *method) == kMethods.end())
    return refuse(S3Error::access_forbidden);

  http::Response response;  // allow() adds the origin.
  response.headers.set("Access-Control-Allow-Methods", std::string(kMethodsText));
  if (const auto headers = request.headers.find("Access-Control-Request-Headers"))
    response.headers.set("Access-Control-Allow-Headers", std::string(*headers));
  response.headers.set("Access-Control-Max-Age", std::string(kMaxAge));
  return response;
}

void S3Cors::allow(const http::Request& request, http::Response& response) const {
  // Also for other origins and none: a cache must not give one's answer to another.
  response.headers.add("Vary", "Origin");
  const auto origin = request.headers.find("Origin");
  if (!origin || !is_allowed(*origin)) return;
  response.headers.set("Access-Control-Allow-Origin", std::string(*origin));
  response.headers.set("Access-Control-Expose-Headers", "ETag, x-amz-request-id");
}

}  // namespace tintype::bucket
