#include "upload/upload_request.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "crypto/digest.h"
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

Result<std::optional<Method>> read_method(const json::object& object) {
  TRY_LET(const auto text, read_text(object, "method"));
  if (!text) return std::nullopt;
  const auto method = parse_method(*text);
  if (!method)
    return fail(ErrorCode::invalid_argument, R"("method" must be "PUT", "POST" or "multipart".)");
  return method;
}

Result<UploadRequest> read_file(const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr)
    return fail(ErrorCode::invalid_argument, "Each of \"files\" must be an object.");
  TRY_LET(const auto content_type, read_text(*object, "content_type"));
  TRY_LET(const auto extension, read_text(*object, "extension"));
  TRY_LET(const auto size, read_size(*object));
  TRY_LET(const auto method, read_method(*object));
  if (content_type.has_value() == extension.has_value())
    return fail(ErrorCode::invalid_argument,
                R"(Send either {"content_type": "image/jpeg", "size": 1581031} or )"
                R"({"extension": "jpg"}.)");
  if (content_type) {
    if (!size)
      return fail(ErrorCode::invalid_argument, "\"size\" is missing: the number of bytes.");
    return UploadRequest{.content_type = to_lower(*content_type), .size = size, .method = method};
  }
  const auto known = content_type_of(*extension);
  if (!known) return fail(ErrorCode::unsupported, "extension");
  return UploadRequest{.content_type = std::string(*known), .size = size, .method = method};
}

Result<json::object> read_body(std::string_view body) {
  auto object = parse_json_object(body);
  if (!object)
    return fail(ErrorCode::invalid_argument,
                "The body must be one JSON object in which each name is there once.");
  return *std::move(object);
}

/// A member that must be a list; nullptr if it is not there.
Result<const json::array*> read_list(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array())
    return fail(ErrorCode::invalid_argument, "\"" + std::string(name) + "\" must be a list.");
  return &value->get_array();
}

}  // namespace

Result<UploadRequests> parse_upload_requests(std::string_view body) {
  TRY_LET(const json::object object, read_body(body));
  TRY_LET(const json::array* files, read_list(object, "files"));
  UploadRequests requests;
  requests.many = files != nullptr;
  if (files == nullptr) {
    requests.files.push_back(read_file(object));
    return requests;
  }
  if (object.contains("content_type") || object.contains("extension"))
    return fail(ErrorCode::invalid_argument, "Send either one file or \"files\".");
  if (files->empty() || files->size() > UploadRequests::kFilesMax)
    return fail(ErrorCode::invalid_argument,
                "\"files\" must have 1 to " + std::to_string(UploadRequests::kFilesMax) + ".");
  for (const json::value& file : *files) requests.files.push_back(read_file(file));
  return requests;
}

Result<std::optional<IdempotencyKey>> parse_idempotency_key(const http::Headers& headers,
                                                            std::string_view body) {
  const auto values = headers.find_all("Idempotency-Key");
  if (values.empty()) return std::nullopt;
  std::string_view key = trim(values.front());
  if (key.size() >= 2 && key.starts_with('"') && key.ends_with('"'))
    key = key.substr(1, key.size() - 2);
  const bool visible = std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; });
  if (values.size() != 1 || key.empty() || key.size() > IdempotencyKey::kSizeMax || !visible)
    return fail(ErrorCode::invalid_argument,
                "Idempotency-Key must be one text of 1 to 255 visible ASCII characters.");
  return IdempotencyKey{.key = std::string(key), .fingerprint = crypto::sha256_hex(as_bytes(body))};
}

Result<std::vector<std::int64_t>> parse_part_numbers(std::string_view body) {
  TRY_LET(const json::object object, read_body(body));
  TRY_LET(const json::array* list, read_list(object, "numbers"));
  if (list == nullptr || list->empty() || list->size() > kNumbersMax)
    return fail(ErrorCode::invalid_argument,
                "\"numbers\" must have 1 to " + std::to_string(kNumbersMax) + " numbers.");
  std::vector<std::int64_t> numbers;
  for (const json::value& number : *list) {
    if (!number.is_int64() || number.get_int64() < 1)
      return fail(ErrorCode::invalid_argument, "A part's number is a whole number from 1.");
    numbers.push_back(number.get_int64());
  }
  return numbers;
}

Result<std::optional<std::vector<std::string>>> parse_part_etags(std::string_view body) {
  if (trim(body).empty()) return std::nullopt;
  TRY_LET(const json::object object, read_body(body));
  TRY_LET(const json::array* list, read_list(object, "parts"));
  if (list == nullptr) return std::nullopt;
  std::vector<std::string> etags;
  for (const json::value& value : *list) {
    const auto* part = value.if_object();
    const auto* number = part == nullptr ? nullptr : part->if_contains("PartNumber");
    const auto* etag = part == nullptr ? nullptr : part->if_contains("ETag");
    if (number == nullptr || etag == nullptr || !number->is_int64() || !etag->is_string())
      return fail(ErrorCode::invalid_argument,
                  R"(Each of "parts" must be {"PartNumber": 1, "ETag": "..."}.)");
    if (std::cmp_not_equal(number->get_int64(), etags.size() + 1))
      return fail(ErrorCode::invalid_argument, "\"parts\" must be 1, 2, 3 and so on.");
    std::string_view text = etag->get_string();
    if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"'))
      text = text.substr(1, text.size() - 2);
    etags.emplace_back(text);
  }
  return etags;
}

}  // namespace tintype::upload
