// GetObject and HeadObject, which is the same without the body.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "bucket/s3/operations.h"
#include "bucket/s3/request/conditions.h"
#include "bucket/s3/request/expiration.h"
#include "bucket/s3/request/part_of.h"
#include "bucket/s3/request/version_id.h"

namespace tintype::bucket {

namespace {

/// Query parameters that replace a header of the answer. Whoever may sign may choose: nobody gets
/// here unsigned.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kOverrides = {{
    {"response-content-type", "Content-Type"},
    {"response-content-language", "Content-Language"},
    {"response-expires", "Expires"},
    {"response-cache-control", "Cache-Control"},
    {"response-content-disposition", "Content-Disposition"},
    {"response-content-encoding", "Content-Encoding"},
}};

/// A decoded parameter may hold a line break, which in a header would begin another one.
bool is_header_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
  });
}

http::Headers headers_of(const ObjectInfo& object) {
  http::Headers headers = {{"ETag", '"' + object.etag + '"'},
                           {"Last-Modified", to_http_date(object.modified_at)},
                           {"Accept-Ranges", "bytes"},
                           {"Content-Type", object.content_type}};
  if (!object.cache_control.empty()) headers.set("Cache-Control", object.cache_control);
  for (const auto& [name, value] : object.headers) headers.set(name, value);
  for (const auto& [name, value] : object.metadata) headers.set("x-amz-meta-" + name, value);
  if (!object.tags.empty()) headers.set("x-amz-tagging-count", std::to_string(object.tags.size()));
  add_version_id(headers, object);
  return headers;
}

/// All of the answer but its body; `part` is what of the object that has to be.
struct Head {
  http::Response response;
  http::Range part;
};

void set_part(Head& head, const http::Range& part, std::uint64_t size_total) {
  head.part = part;
  head.response.status = 206;
  if (part.size == 0) return;  // There is no way to write that range.
  head.response.headers.set("Content-Range", "bytes " + std::to_string(part.offset) + '-' +
                                                 std::to_string(part.offset + part.size - 1) + '/' +
                                                 std::to_string(size_total));
}

/// `part` is what partNumber asks for.
S3Result<Head> answer(const http::Request& request, const ObjectInfo& object,
                      const std::optional<ObjectPart>& part) {
  const std::string etag = '"' + object.etag + '"';
  Head head{.response = make_response(200, headers_of(object)),
            .part = {.offset = 0, .size = object.size}};
  http::Headers& headers = head.response.headers;

  switch (check_read_conditions(request.headers, etag, object.modified_at)) {
    case Verdict::failed: return refuse(S3Error::precondition_failed);
    case Verdict::not_modified:
      head.response.status = 304;
      headers.remove("Content-Type");
      head.part.size = 0;
      return head;
    case Verdict::proceed: break;
  }

  for (const auto& [parameter, name] : kOverrides) {
    const auto value = request.query.find(parameter);
    if (!value) continue;
    if (!is_header_value(*value)) return refuse(S3Error::invalid_argument);
    headers.set(name, std::string(*value));
  }

  const auto range_text = request.headers.find("Range");
  const bool is_part = range_text && range_applies(request.headers, etag, object.modified_at);
  const auto mode = request.headers.find("x-amz-checksum-mode");
  if (!is_part && mode && equals_ignoring_case(*mode, "ENABLED")) {
    add_checksum(headers, part ? part->checksum : object.checksum);
    // A part's checksum is of its own bytes; the type is that of the object's.
    if (part && part->checksum && object.checksum)
      headers.set("x-amz-checksum-type", std::string(to_string(object.checksum->type())));
  }
  if (part) {
    set_part(head, part->range, object.size);
    if (part->count > 0) headers.set("x-amz-mp-parts-count", std::to_string(part->count));
  }
  if (!is_part) return head;
  const auto range = http::parse_range(*range_text, object.size);
  if (!range)
    return std::unexpected(
        S3Fault{.error = S3Error::invalid_range,
                .headers = {{"Content-Range", "bytes */" + std::to_string(object.size)}}});
  if (!*range) return head;
  set_part(head, **range, object.size);
  return head;
}

}  // namespace

namespace {

/// An object and where its bytes are: in memory, or in a file that stays good whatever happens to
/// the object meanwhile. Either way the answer is of one write.
struct Found {
  SmallObjectPtr small;
  std::optional<Object> object = {};

  const ObjectInfo& info() const { return small ? small->info : object->info; }
};

Task<S3Result<Found>> find(const S3Service& service, const ObjectName& name) {
  Found found{.small = recall_named(service, name)};
  if (!found.small) {
    CO_TRY_LET(found.object, co_await open_named(service, name));
  }
  co_return std::move(found);
}

Status set_body(http::Response& response, Found found, const http::Range& part) {
  if (found.small) {
    response.body =
        http::SharedBody{.bytes = found.small->content, .offset = part.offset, .size = part.size};
    return {};
  }
  TRY_LET(Fd file, found.object->content->to_file());  // One already: nothing waits here.
  response.body = http::FileBody{.file = std::move(file), .offset = part.offset, .size = part.size};
  return {};
}

}  // namespace

S3Answer get_object(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const ObjectName name, object_name_of(call));
  CO_TRY_LET(Found found, co_await find(service, name));
  CO_TRY_LET(const auto part, co_await find_part(service, call, found.info()));
  CO_TRY_LET(Head head, answer(call.request, found.info(), part));
  if (head.response.status == 304) co_return std::move(head.response);
  if (!name.version_id)
    CO_TRY(co_await add_expiration(service, found.info(), head.response.headers));
  CO_TRY(to_s3(set_body(head.response, std::move(found), head.part)));
  co_return std::move(head.response);
}

S3Answer head_object(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const ObjectName name, object_name_of(call));
  CO_TRY_LET(const ObjectInfo object, co_await head_named(service, name));
  CO_TRY_LET(const auto part, co_await find_part(service, call, object));
  CO_TRY_LET(Head head, answer(call.request, object, part));
  if (head.response.status == 304) co_return std::move(head.response);
  if (!name.version_id) CO_TRY(co_await add_expiration(service, object, head.response.headers));
  head.response.content_length = head.part.size;
  co_return std::move(head.response);
}

}  // namespace tintype::bucket
