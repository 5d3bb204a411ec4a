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
/// Vite puts what it names by content here.
constexpr std::string_view kHashed = "assets/";
/// The app's own paths; it reads them in web/app/src/router.tsx.
constexpr std::array kPages = {"/",        "/sign_in",  "/sign_up",
                               "/profile", "/callback", "/people/{handle}"};

/// One form of a file's content.
struct Form {
  std::string_view encoding;                   // Of Content-Encoding; empty: none.
  std::shared_ptr<const std::string> content;  // Shared with the answers that are being sent.
  std::string etag;
};

/// A file with all that its answers have in common. Immutable.
struct Served {
  std::vector<Form> forms;  // The most wanted first; the last one is for everybody.
  std::string content_type;
  std::string_view cache_control;
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

std::string policy_for(const PageSettings& settings) {
  std::string connect = "'self' " + origin_of(settings.s3_url);
  if (settings.sign_in) {
    connect += ' ' + origin_of(settings.sign_in->issuer);
    if (!settings.sign_in->token_origin.empty())
      connect += ' ' + origin_of(settings.sign_in->token_origin);
  }
  return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: " +
         origin_of(settings.edge_url) + "; connect-src " + connect +
         "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
         "require-trusted-types-for 'script'";
}

const Form& form_for(const Served& file, const http::Request& request) {
  const auto accepted = request.headers.find("Accept-Encoding");
  // Who says nothing, or an empty field, gets the file as it is (RFC 9110, 12.5.3).
  const bool takes_some = accepted && !trim(*accepted).empty();
  const auto wanted = std::ranges::find_if(file.forms, [&](const Form& form) {
    return form.encoding.empty() ||
           (takes_some && http::accept_quality(accepted, form.encoding) > 0);
  });
  ASSERT(wanted != file.forms.end());
  return *wanted;
}

Task<http::Response> serve(std::shared_ptr<const Served> file, const http::Request& request) {
  const Form& form = form_for(*file, request);
  http::Response response;
  response.headers = {{"Cache-Control", std::string(file->cache_control)},
                      {"ETag", form.etag},
                      {"Content-Security-Policy", file->policy},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"}};
  if (file->forms.size() > 1) response.headers.add("Vary", "Accept-Encoding");
  const auto known = request.headers.find("If-None-Match");
  if (known && http::etag_listed(*known, form.etag)) {
    response.status = 304;
    response.content_length = form.content->size();
    co_return response;
  }
  response.headers.add("Content-Type", file->content_type);
  if (!form.encoding.empty()) response.headers.add("Content-Encoding", std::string(form.encoding));
  response.body =
      http::SharedBody{.bytes = form.content, .offset = 0, .size = form.content->size()};
  co_return response;
}

Form form_of(std::string_view encoding, std::string_view content) {
  const std::string hash = crypto::sha256_hex(as_bytes(content)).substr(0, kEtagSize);
  return {.encoding = encoding,
          .content = std::make_shared<const std::string>(content),
          .etag = '"' + hash + '"'};
}

std::shared_ptr<const Served> served(const PageFile& file, const std::string& policy) {
  Served made{.forms = {},
              .content_type = std::string(content_type_of(file.name)),
              // A new program brings a new page: always asked for, and seldom sent.
              .cache_control = file.name.starts_with(kHashed)
                                   ? "public, max-age=31536000, immutable"
                                   : "no-cache",
              .policy = policy};
  if (!file.brotli.empty()) made.forms.push_back(form_of("br", file.brotli));
  if (!file.gzip.empty()) made.forms.push_back(form_of("gzip", file.gzip));
  made.forms.push_back(form_of("", file.content));
  return std::make_shared<const Served>(std::move(made));
}

/// `file` is shared by its routes and their running requests.
Route route_of(std::string path, std::shared_ptr<const Served> file) {
  return {
      .method = "GET",
      .path = std::move(path),
      .authorizer = kOpen,
      .integration = [file = std::move(file)](http::Request& request, const Identity*,
                                              const Parameters&) { return serve(file, request); }};
}

std::string config_json(const PageSettings& settings) {
  boost::json::object config = {{"edge_url", settings.edge_url}};
  if (settings.sign_in)
    config["identity"] = {{"issuer", settings.sign_in->issuer},
                          {"client_id", settings.sign_in->client_id}};
  return boost::json::serialize(config);
}

}  // namespace

std::vector<Route> page_routes(const PageSettings& settings) {
  const std::string policy = policy_for(settings);

  std::vector<Route> routes;
  for (const PageFile& file : page_files()) {
    const auto shared = served(file, policy);
    if (file.name != "index.html") {
      routes.push_back(route_of('/' + std::string(file.name), shared));
      continue;
    }
    for (const char* const path : kPages) routes.push_back(route_of(path, shared));
  }
  const std::string config = config_json(settings);
  routes.push_back(route_of(
      "/app-config.json",
      served({.name = "app-config.json", .content = config, .gzip = {}, .brotli = {}}, policy)));
  return routes;
}

}  // namespace tintype::gateway
