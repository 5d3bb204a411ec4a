#include "worker/protocol.h"

#include <boost/json.hpp>

#include <cmath>
#include <optional>

namespace tintype::worker {
namespace {

namespace json = boost::json;

constexpr int kProtocol = 2;  // Both sides come from one build; this catches a mixed installation.

std::unexpected<Error> corrupt(std::string_view what) {
  return fail(ErrorCode::corrupt, "worker's message: " + std::string(what));
}

Result<json::object> parse_object(std::string_view text) {
  std::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) return corrupt("not a JSON object");
  return std::move(value.as_object());
}

struct Range {
  std::int64_t min;
  std::int64_t max;  // Inclusive.
};

Result<std::int64_t> read_integer(const json::object& object, std::string_view key, Range range) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_int64()) return corrupt(std::string(key) + " is no integer");
  const std::int64_t number = value->as_int64();
  if (number < range.min || number > range.max)
    return corrupt(std::string(key) + " is out of range");
  return number;
}

Result<int> read_side(const json::object& object, std::string_view key, std::int64_t side_max) {
  TRY_LET(const std::int64_t side, read_integer(object, key, {1, side_max}));
  return static_cast<int>(side);
}

Result<double> read_ms(const json::object& object, std::string_view key) {
  constexpr double kMsMax = 1e9;
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return corrupt(std::string(key) + " is no number");
  const double ms = value->to_number<double>();
  if (!(ms >= 0 && ms <= kMsMax)) return corrupt(std::string(key) + " is out of range");
  return ms;
}

Result<std::string_view> read_text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return corrupt(std::string(key) + " is no text");
  return std::string_view(value->as_string());
}

Result<const json::array*> read_array(const json::object& object, std::string_view key,
                                      std::size_t count_max) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_array() || value->as_array().size() > count_max)
    return corrupt(std::string(key) + " is no list, or too long");
  return &value->as_array();
}

/// A worker's text that gets into our log: short and printable.
std::string tame(std::string_view text) {
  constexpr std::size_t kShownMax = 300;
  std::string result(text.substr(0, kShownMax));
  for (char& c : result)
    if (c < ' ' || c > '~') c = '?';
  return result;
}

/// What a worker may say went wrong; all else is not for it to say.
std::optional<ErrorCode> parse_error_code(std::string_view text) {
  for (const ErrorCode code :
       {ErrorCode::invalid_argument, ErrorCode::too_large, ErrorCode::unsupported,
        ErrorCode::damaged_input, ErrorCode::internal})
    if (to_string(code) == text) return code;
  return std::nullopt;
}

/// The error that `object` is, if it is one.
Status read_error(const json::object& object) {
  const json::value* value = object.if_contains("error");
  if (value == nullptr) return {};
  if (!value->is_object()) return corrupt("error is no object");
  TRY_LET(const std::string_view name, read_text(value->as_object(), "code"));
  TRY_LET(const std::string_view message, read_text(value->as_object(), "message"));
  const auto code = parse_error_code(name);
  if (!code) return corrupt("an error that workers do not have");
  return fail(*code, tame(message));
}

/// "image/svg+xml", whatever the type is.
bool is_image_type(std::string_view text) {
  constexpr std::size_t kSizeMax = 32;
  return text.size() <= kSizeMax && text.starts_with("image/") && text.size() > 6 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+.-", 6) ==
             std::string_view::npos;
}

Result<Place> read_place(const json::value& value, const image::Plan& plan,
                         const image::Limits& limits) {
  if (!value.is_object()) return corrupt("a variant is no object");
  const json::object& object = value.as_object();
  Place place;
  TRY_LET(const std::string_view format, read_text(object, "format"));
  if (format != to_string(plan.format)) return corrupt("a variant of another format");
  place.format = plan.format;
  TRY_LET(place.width, read_side(object, "width", image::kSideMax));
  TRY_LET(place.height, read_side(object, "height", image::kSideMax));
  TRY_LET(place.offset, read_integer(object, "offset", {0, kMemorySize}));
  TRY_LET(place.size, read_integer(object, "size", {1, limits.output_bytes_max}));
  if (place.size > kMemorySize - place.offset) return corrupt("a variant outside of the memory");
  return place;
}

}  // namespace

std::string to_json(const Request& request) {
  json::array plans;
  for (const image::Plan& plan : request.plans) plans.emplace_back(to_string(plan));
  const image::Limits& limits = request.limits;
  return json::serialize(
      json::object{{"id", request.id},
                   {"trusted", request.trusted},
                   {"source_size", request.source_size},
                   {"plans", std::move(plans)},
                   {"limits", json::object{{"source_bytes_max", limits.source_bytes_max},
                                           {"source_pixels_max", limits.source_pixels_max},
                                           {"source_side_max", limits.source_side_max},
                                           {"output_pixels_max", limits.output_pixels_max},
                                           {"output_bytes_max", limits.output_bytes_max}}}});
}

std::string to_json(const Answer& answer) {
  json::array variants;
  for (const Place& place : answer.variants)
    variants.emplace_back(json::object{{"format", to_string(place.format)},
                                       {"width", place.width},
                                       {"height", place.height},
                                       {"offset", place.offset},
                                       {"size", place.size}});
  return json::serialize(json::object{{"source_type", answer.source_type},
                                      {"source_width", answer.source_width},
                                      {"source_height", answer.source_height},
                                      {"decode_ms", answer.decode_ms},
                                      {"resize_ms", answer.resize_ms},
                                      {"encode_ms", answer.encode_ms},
                                      {"variants", std::move(variants)}});
}

std::string declined_message() { return R"({"declined":true})"; }

std::string to_json(const Error& error) {
  return json::serialize(json::object{
      {"error", json::object{{"code", to_string(error.code)}, {"message", tame(error.message)}}}});
}

std::string ready_message(std::string_view jail) {
  return json::serialize(json::object{{"protocol", kProtocol}, {"jail", jail}});
}

Result<Request> parse_request(std::string_view text) {
  constexpr Range kAny = {0, std::numeric_limits<std::int64_t>::max()};
  TRY_LET(const json::object object, parse_object(text));
  Request request;
  TRY_LET(request.id, read_text(object, "id"));
  const json::value* trusted = object.if_contains("trusted");
  if (trusted == nullptr || !trusted->is_bool()) return corrupt("trusted is no truth value");
  request.trusted = trusted->as_bool();
  TRY_LET(request.source_size, read_integer(object, "source_size", kAny));
  TRY_LET(const json::array* plans, read_array(object, "plans", kPlansMax));
  for (const json::value& plan : *plans) {
    if (!plan.is_string()) return corrupt("a plan is no text");
    TRY_LET(request.plans.emplace_back(), image::parse_plan(plan.as_string()));
  }
  const json::value* limits = object.if_contains("limits");
  if (limits == nullptr || !limits->is_object()) return corrupt("limits is no object");
  const struct {
    std::string_view key;
    std::int64_t& target;
  } fields[] = {{"source_bytes_max", request.limits.source_bytes_max},
                {"source_pixels_max", request.limits.source_pixels_max},
                {"source_side_max", request.limits.source_side_max},
                {"output_pixels_max", request.limits.output_pixels_max},
                {"output_bytes_max", request.limits.output_bytes_max}};
  for (const auto& field : fields) {
    TRY_LET(field.target, read_integer(limits->as_object(), field.key, kAny));
  }
  return request;
}

Result<std::optional<Answer>> parse_answer(std::string_view text, const Request& request) {
  if (text == declined_message()) return std::nullopt;
  TRY_LET(const json::object object, parse_object(text));
  TRY(read_error(object));
  Answer answer;
  TRY_LET(answer.source_type, read_text(object, "source_type"));
  if (!is_image_type(answer.source_type)) return corrupt("source_type is no image type");
  const std::int64_t side_max = request.limits.source_side_max;
  TRY_LET(answer.source_width, read_side(object, "source_width", side_max));
  TRY_LET(answer.source_height, read_side(object, "source_height", side_max));
  TRY_LET(answer.decode_ms, read_ms(object, "decode_ms"));
  TRY_LET(answer.resize_ms, read_ms(object, "resize_ms"));
  TRY_LET(answer.encode_ms, read_ms(object, "encode_ms"));
  TRY_LET(const json::array* variants, read_array(object, "variants", kPlansMax));
  if (variants->size() != request.plans.size()) return corrupt("not a variant for each plan");
  for (std::size_t i = 0; i < variants->size(); ++i) {
    TRY_LET(answer.variants.emplace_back(),
            read_place((*variants)[i], request.plans[i], request.limits));
  }
  return answer;
}

Result<std::string> parse_ready(std::string_view text) {
  TRY_LET(const json::object object, parse_object(text));
  TRY(read_error(object));
  TRY(read_integer(object, "protocol", {kProtocol, kProtocol}));
  TRY_LET(const std::string_view jail, read_text(object, "jail"));
  TRY(parse_object(jail));
  return std::string(jail);
}

}  // namespace tintype::worker
