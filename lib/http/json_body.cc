#include "http/json_body.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/text.h"

namespace tintype::http {

Task<OrAnswer<boost::json::object>> read_object(Request& request, std::size_t size_max) {
  const auto refused = [&request](int status, std::string code, std::string detail) {
    return std::unexpected(problem_response(
        {.status = status, .code = std::move(code), .detail = std::move(detail)}, request));
  };
  const std::string_view announced = request.headers.find("Content-Type").value_or("");
  if (!equals_ignoring_case(trim(announced.substr(0, announced.find(';'))), "application/json"))
    co_return refused(415, "unsupported_media_type",
                      "Send JSON, with Content-Type: application/json.");
  const auto body = co_await read_all(*request.body, size_max);
  if (!body && body.error().code == ErrorCode::too_large)
    co_return refused(413, "too_large",
                      "The body has more than " + std::to_string(size_max) + " bytes.");
  if (!body) co_return std::unexpected(problem_response(body.error(), request));
  auto object = parse_json_object(*body);
  if (!object)
    co_return refused(400, "invalid_request",
                      "The body must be one JSON object in which each name is there once.");
  co_return *std::move(object);
}

Response invalid_fields(const Request& request, std::vector<Problem::Fault> faults) {
  return problem_response({.status = 422,
                           .code = "invalid_fields",
                           .detail = "Some fields are not as they must be; see errors.",
                           .errors = std::move(faults)},
                          request);
}

}  // namespace tintype::http
