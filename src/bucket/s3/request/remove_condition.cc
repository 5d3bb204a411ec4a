#include "bucket/s3/request/remove_condition.h"

#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "bucket/s3/request/put_request.h"

namespace tintype::bucket {

namespace {

S3Result<RemoveCondition> read(const std::optional<std::string>& etag,
                               const std::optional<std::string>& size,
                               const std::optional<std::string>& modified_at) {
  RemoveCondition condition;
  if (etag) {
    TRY_LET(const Precondition match, parse_precondition({{"If-Match", *etag}}));
    condition.etag = match.etag;
    condition.present = match.present;
  }
  if (size) {
    condition.size = parse_integer<std::uint64_t>(*size);
    if (!condition.size)
      return refuse(S3Error::invalid_argument, "The size to match must be a number from 0.");
  }
  if (modified_at) {
    auto at = parse_http_date(*modified_at);
    if (!at) at = parse_rfc3339(*modified_at);
    if (!at)
      return refuse(S3Error::invalid_argument, "The last-modified time to match is not a date.");
    condition.modified_at = *at;
  }
  return condition;
}

}  // namespace

S3Result<RemoveCondition> parse_remove_condition(const http::Headers& headers) {
  if (headers.has("If-None-Match"))
    return refuse(S3Error::not_implemented, "If-None-Match of a removal is not implemented.");
  const auto text = [&](std::string_view name) {
    const auto value = headers.find(name);
    return value ? std::optional<std::string>(*value) : std::nullopt;
  };
  return read(text("If-Match"), text("x-amz-if-match-size"),
              text("x-amz-if-match-last-modified-time"));
}

S3Result<RemoveCondition> parse_remove_condition(const xml::Element& object) {
  const auto text = [&](std::string_view name) {
    const auto element = object.child(name);
    return element ? std::optional<std::string>(element->text()) : std::nullopt;
  };
  return read(text("ETag"), text("Size"), text("LastModifiedTime"));
}

}  // namespace tintype::bucket
