#include "gateway/page.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <memory>
#include <string>
#include <utility>

#include "base/assert.h"
#include "crypto/digest.h"
#include "gateway/page_files.h"

namespace tintype::gateway {

namespace {

constexpr std::size_t kEtagSize = 32;

/// A file with all that its answers have in common. Immutable.
struct Served {
  std::shared_ptr<const std::string> content;  // Shared with the answers that are being sent.
  std::string content_type;
  std::string etag;
  std::string policy;
};

std::string_view content_type_of(std::string_view name) {
  struct Kind {
    std::string_view suffix;
    std::string_view content_type;
  };
  constexpr std::array<Kind, 5> kKinds = {{{".html", "text/html; charset=utf-8"},
                                           {".js", "text/javascript; charset=utf-8"},
                                           {".css", "text/css; charset=utf-8"},
                                           {".svg", "image/svg+xml"},
                                           {".json", "application/json"}}};
  const auto kind =
      std::ranges::find_if(kKinds, [&](const Kind& one) { return name.ends_with(one.suffix); });
  ASSERT(kind != kKinds.end());
  return kind->content_type;
}

/// "https://host:port" of a URL, as a Content-Security-Policy names a source.
std::string origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
  std::string origin;
  for (const char c : url.substr(0, url.find('/', host))) {
    // CSP Level 3, 2.3.1: these two end a directive and a policy, so a source has them encoded.
    // Spaces and controls have no place in a URL at all.
    if (c == ';')
      origin += "%3B";
    else if (c == ',')
      origin += "%2C";
    else if (c > ' ')
      origin += c;
  }
  return origin;
}

std::string policy_for(const std::string& s3_origin, const std::string& edge_origin) {
  return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: " +
         edge_origin + "; connect-src 'self' " + s3_origin +
         "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
         "require-trusted-types-for 'script'";
}

Task<http::Response> serve(std::shared_ptr<const Served> file, const http::Request& request) {
  http::Response response;
  // A new program brings a new page: always asked for, and seldom sent.
  response.headers = {{"Cache-Control", "no-cache"},
                      {"ETag", file->etag},
                      {"Content-Security-Policy", file->policy},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"}};
  const auto known = request.headers.find("If-None-Match");
  if (known && http::etag_listed(*known, file->etag)) {
    response.status = 304;
    response.content_length = file->content->size();
    co_return response;
  }
  response.headers.add("Content-Type", file->content_type);
  response.body =
      http::SharedBody{.bytes = file->content, .offset = 0, .size = file->content->size()};
  co_return response;
}

Route route_of(std::string path, std::string_view name, std::string content,
               const std::string& policy) {
  const std::string hash = crypto::sha256_hex(as_bytes(content)).substr(0, kEtagSize);
  // Shared by the route and its running requests.
  auto file = std::make_shared<const Served>(
      Served{.content = std::make_shared<const std::string>(std::move(content)),
             .content_type = std::string(content_type_of(name)),
             .etag = '"' + hash + '"',
             .policy = policy});
  return {.method = "GET",
          .path = std::move(path),
          .authorizer = kOpen,
          .integration = [file](http::Request& request, const Identity*, Parameters) {
            return serve(file, request);
          }};
}

}  // namespace

std::vector<Route> page_routes(std::string_view s3_url, std::string_view edge_url) {
  const std::string policy = policy_for(origin_of(s3_url), origin_of(edge_url));

  std::vector<Route> routes;
  for (const PageFile& file : page_files()) {
    const std::string path = file.name == "index.html" ? "/" : "/" + std::string(file.name);
    routes.push_back(route_of(path, file.name, std::string(file.content), policy));
  }
  const boost::json::object config = {{"edge_url", std::string(edge_url)}};
  routes.push_back(
      route_of("/app-config.json", "app-config.json", boost::json::serialize(config), policy));
  return routes;
}

}  // namespace tintype::gateway
