#include "bucket/remote/remote_object.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.h"
#include "base/text.h"
#include "bucket/wire.h"

namespace tintype::bucket {
http::Headers write_headers(const PutOptions& options, const std::string& write_id) {
  http::Headers headers;
  if (!options.content_type.empty()) headers.add("Content-Type", options.content_type);
  if (!options.cache_control.empty()) headers.add("Cache-Control", options.cache_control);
  for (const auto& [name, value] : options.headers) headers.add(name, value);
  for (const auto& [name, value] : options.metadata)
    headers.add(std::string(kMetadataPrefix) + name, value);
  headers.add(std::string(kMetadataPrefix) + std::string(kWriteIdMetadata), write_id);
  std::string tags;
  for (const auto& [name, value] : options.tags)
    tags += (tags.empty() ? "" : "&") + percent_encode(name) + '=' + percent_encode(value);
  if (!tags.empty()) headers.add("x-amz-tagging", std::move(tags));
  return headers;
}

Result<ObjectInfo> read_headers(const BucketName& bucket, const Key& key,
                                const http::Headers& headers) {
  const auto text = [&](std::string_view name) {
    return std::string(headers.find(name).value_or(""));
  };
  const auto size = parse_integer<std::uint64_t>(text("Content-Length"));
  const auto modified_at = parse_http_date(text("Last-Modified"));
  if (!size || !modified_at)
    return fail(ErrorCode::corrupt, "an object without Content-Length or Last-Modified");
  ObjectInfo info{.bucket = bucket,
                  .key = key,
                  .size = *size,
                  .etag = strong_etag(text("ETag")),
                  .content_type = text("Content-Type"),
                  .cache_control = text("Cache-Control"),
                  .sequencer = sequencer_at(*modified_at),
                  .modified_at = *modified_at};
  for (const auto& [raw_name, value] : headers) {
    const std::string name = to_lower(raw_name);
    if (std::ranges::find(kKeptFields, name) != kKeptFields.end()) info.headers[name] = value;
    if (name.starts_with(kMetadataPrefix))
      info.metadata[name.substr(kMetadataPrefix.size())] = value;
  }
  info.metadata.erase(std::string(kWriteIdMetadata));
  if (std::string id = text("x-amz-version-id"); !id.empty()) info.version_id = std::move(id);
  return info;
}

std::string write_id_of(const http::Headers& headers) {
  return std::string(
      headers.find(std::string(kMetadataPrefix) + std::string(kWriteIdMetadata)).value_or(""));
}

std::string sequencer_at(Instant modified_at) {
  const auto second = std::chrono::floor<std::chrono::seconds>(modified_at.time_since_epoch());
  return fmt::format("{:016X}", std::chrono::microseconds(second).count());
}

std::string strong_etag(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  return std::string(without_quotes(etag));
}

}  // namespace tintype::bucket
