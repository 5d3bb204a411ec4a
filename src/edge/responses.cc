#include "edge/responses.h"

#include <string>
#include <utility>

#include "base/log.h"
#include "http/problem.h"

namespace tintype::edge {
namespace {

constexpr const char* kMethods = "GET, HEAD, OPTIONS";

void add_validators(http::Headers& headers, const Validators& validators) {
  headers.add("ETag", validators.etag);
  if (validators.modified_at) headers.add("Last-Modified", to_http_date(*validators.modified_at));
}

}  // namespace

std::optional<http::Response> without_picture(const http::Request& request,
                                              const Presentation& presentation) {
  switch (check_conditions(request.headers, presentation.validators)) {
    case Verdict::send: return std::nullopt;
    case Verdict::failed:
      return http::problem_response(
          http::Problem{.status = 412,
                        .code = "precondition_failed",
                        .detail = "The picture is not the one that the request names."},
          request);
    case Verdict::not_modified: break;
  }
  http::Response response;
  response.status = 304;
  response.headers = presentation.headers;
  add_validators(response.headers, presentation.validators);
  return response;
}

Result<http::Response> with_picture(const http::Request& request, const Presentation& presentation,
                                    const Asset& asset) {
  const auto range = choose_range(request, presentation.validators, asset.size);
  if (!range) {
    auto response =
        http::problem_response(http::Problem{.status = 416,
                                             .code = "range_not_satisfiable",
                                             .detail = "The picture has no such bytes."},
                               request);
    response.headers.add("Content-Range", "bytes */" + std::to_string(asset.size));
    return response;
  }
  http::Response response;
  response.headers = presentation.headers;
  add_validators(response.headers, presentation.validators);
  response.headers.add("Content-Type", std::string(image::media_type(asset.format)));
  response.headers.add("Accept-Ranges", "bytes");
  http::Range sent{.offset = 0, .size = asset.size};
  if (*range) {
    sent = **range;
    response.status = 206;
    response.headers.add("Content-Range", "bytes " + std::to_string(sent.offset) + '-' +
                                              std::to_string(sent.offset + sent.size - 1) + '/' +
                                              std::to_string(asset.size));
  }
  TRY(set_body(response, asset, sent));
  return response;
}

http::Response preflight() {
  http::Response response;
  response.status = 204;
  response.headers = {
      {"Allow", kMethods},
      {"Access-Control-Allow-Methods", kMethods},
      {"Access-Control-Allow-Headers", "*"},
      {"Access-Control-Max-Age", "86400"},
  };
  return response;
}

http::Response method_not_allowed(const http::Request& request) {
  auto response = http::problem_response(
      http::Problem{
          .status = 405, .code = "method_not_allowed", .detail = "Pictures here are only read."},
      request);
  response.headers.set("Allow", kMethods);
  return response;
}

http::Response failure(const http::Request& request, const Error& error) {
  if (error.code == ErrorCode::internal || error.code == ErrorCode::corrupt)
    log(LogLevel::error, "edge request failed",
        {{"request", request.id}, {"reason", error.message}});
  auto response = http::problem_response(error, request);
  response.headers.set("Cache-Control", "no-store");
  return response;
}

void add_security_headers(http::Headers& headers) {
  headers.add("X-Content-Type-Options", "nosniff");
  headers.add("Content-Security-Policy", "default-src 'none'; sandbox");
  headers.add("Cross-Origin-Resource-Policy", "cross-origin");
  headers.add("Access-Control-Allow-Origin", "*");
  headers.add("Access-Control-Expose-Headers",
              "Accept-Ranges, Content-Location, Content-Range, ETag, X-Tintype-Default");
  headers.add("Timing-Allow-Origin", "*");
}

}  // namespace tintype::edge
