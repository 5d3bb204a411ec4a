#include "upload/upload_request.h"

#include <boost/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "upload/content_types.h"

namespace tintype::upload {

namespace {

namespace json = boost::json;

Result<std::optional<std::int64_t>> read_size(const json::object& object) {
  const json::value* size = object.if_contains("size");
  if (size == nullptr) return std::nullopt;
  if (size->is_uint64()) return fail(ErrorCode::too_large, "size");  // Over 2^63.
  if (!size->is_int64() || size->get_int64() <= 0)
    return fail(ErrorCode::invalid_argument, "\"size\" must be a positive whole number of bytes.");
  return size->get_int64();
}

/// A member that must be a text if it is there.
Result<std::optional<std::string>> read_text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string())
    return fail(ErrorCode::invalid_argument, "\"" + std::string(name) + "\" must be a text.");
  return std::string(value->get_string());
}

}  // namespace

Result<UploadRequest> parse_upload_request(std::string_view body) {
  const auto object = parse_json_object(body);
  if (!object)
    return fail(ErrorCode::invalid_argument,
                "The body must be one JSON object in which each name is there once.");
  TRY_LET(const auto content_type, read_text(*object, "content_type"));
  TRY_LET(const auto extension, read_text(*object, "extension"));
  TRY_LET(const auto size, read_size(*object));
  if (content_type.has_value() == extension.has_value())
    return fail(ErrorCode::invalid_argument,
                R"(Send either {"content_type": "image/jpeg", "size": 1581031} or )"
                R"({"extension": "jpg"}.)");
  if (content_type) {
    if (!size)
      return fail(ErrorCode::invalid_argument, "\"size\" is missing: the number of bytes.");
    return UploadRequest{.content_type = to_lower(*content_type), .size = size};
  }
  const auto known = content_type_of(*extension);
  if (!known) return fail(ErrorCode::unsupported, "extension");
  return UploadRequest{.content_type = std::string(*known), .size = size};
}

}  // namespace tintype::upload
