#include "gateway/function_answer.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "http/problem.h"

namespace tintype::gateway {

namespace {

namespace json = boost::json;

std::unexpected<Error> refuse(std::string what) {
  return fail(ErrorCode::damaged_input, "answer of the function: " + std::move(what));
}

/// RFC 9110, 5.6.2.
bool is_token(std::string_view name) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view value) {
  return std::ranges::none_of(value, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

/// 201, 201.0 or "201".
Result<int> read_status(const json::value& value) {
  std::optional<int> status;
  if (value.is_string()) {
    status = parse_integer<int>(std::string_view(value.get_string()));
  } else if (value.is_number()) {
    const auto number = value.to_number<double>();
    if (number == std::floor(number) && number >= 0 && number < 1000)
      status = static_cast<int>(number);
  }
  if (!status || *status < 200 || *status > 599) return refuse("statusCode is no status");
  return *status;
}

Status read_headers(const json::object& answer, http::Headers& headers) {
  const json::value* value = answer.if_contains("headers");
  if (value == nullptr || value->is_null()) return {};
  if (!value->is_object()) return refuse("headers is no object");
  for (const auto& [name, one] : value->get_object()) {
    if (!one.is_string() && !one.is_number() && !one.is_bool())
      return refuse("a header is no text");
    std::string text = one.is_string() ? std::string(one.get_string()) : json::serialize(one);
    if (!is_token(name) || !is_field_value(text)) return refuse("a header is none");
    headers.add(std::string(name), std::move(text));
  }
  return {};
}

Status read_cookies(const json::object& answer, http::Headers& headers) {
  const json::value* value = answer.if_contains("cookies");
  if (value == nullptr || value->is_null()) return {};
  if (!value->is_array()) return refuse("cookies is no list");
  for (const json::value& one : value->get_array()) {
    if (!one.is_string() || !is_field_value(one.get_string())) return refuse("a cookie is none");
    headers.add("Set-Cookie", std::string(one.get_string()));
  }
  return {};
}

Result<std::string> read_body(const json::object& answer) {
  const json::value* encoded = answer.if_contains("isBase64Encoded");
  if (encoded != nullptr && !encoded->is_bool() && !encoded->is_null())
    return refuse("isBase64Encoded is neither true nor false");
  const json::value* body = answer.if_contains("body");
  if (body == nullptr || body->is_null()) return std::string();
  if (!body->is_string()) return refuse("body is no text");
  std::string text(body->get_string());
  if (encoded == nullptr || !encoded->is_bool() || !encoded->get_bool()) return text;
  auto bytes = from_base64(text);
  if (!bytes) return refuse("body is no base64");
  return bytes;
}

Result<http::Response> read_response(const json::object& answer) {
  http::Response response;
  TRY_LET(response.status, read_status(answer.at("statusCode")));
  TRY(read_headers(answer, response.headers));
  TRY(read_cookies(answer, response.headers));
  TRY_LET(std::string body, read_body(answer));
  if (!body.empty() && !response.headers.has("Content-Type"))
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(body);
  return response;
}

}  // namespace

Result<http::Response> parse_answer(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return refuse("is empty");
  if (text[begin] == '{') {
    const auto object = parse_json_object(text);
    if (!object) return refuse(object.error().message);
    if (object->contains("statusCode")) return read_response(*object);
    return http::json_response(200, std::string(text));
  }
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  const json::value value = json::parse(text, error, {}, options);
  if (error) return refuse("is no JSON");
  return http::json_response(
      200, value.is_string() ? std::string(value.get_string()) : std::string(text));
}

}  // namespace tintype::gateway
