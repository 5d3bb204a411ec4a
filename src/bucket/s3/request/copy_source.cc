#include "bucket/s3/request/copy_source.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "bucket/s3/access.h"
#include "bucket/s3/request/conditions.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kCopyBytes = 256 << 10;

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kConditions = {{
    {"x-amz-copy-source-if-match", "If-Match"},
    {"x-amz-copy-source-if-none-match", "If-None-Match"},
    {"x-amz-copy-source-if-modified-since", "If-Modified-Since"},
    {"x-amz-copy-source-if-unmodified-since", "If-Unmodified-Since"},
}};

/// The conditions on the source, as those of a GET. An ETag may come without its quotes.
http::Headers conditions_of(const http::Headers& headers) {
  http::Headers conditions;
  for (const auto& [name, plain_name] : kConditions) {
    const auto value = headers.find(name);
    if (!value) continue;
    std::string text(*value);
    if (name.ends_with("match") && text != "*" && text.find('"') == std::string::npos)
      text = '"' + text + '"';
    conditions.set(plain_name, std::move(text));
  }
  return conditions;
}

}  // namespace

S3Result<ObjectName> parse_copy_source(const http::Headers& headers) {
  std::string_view text = headers.find("x-amz-copy-source").value_or("");
  constexpr std::string_view kVersion = "?versionId=";
  const std::size_t question = text.rfind(kVersion);
  std::optional<std::string_view> version_text;
  if (question != std::string_view::npos) version_text = text.substr(question + kVersion.size());
  TRY_LET(auto version_id, parse_version_id(version_text));
  const auto decoded = percent_decode(text.substr(0, question));
  if (!decoded) return refuse(S3Error::invalid_argument, "Copy Source must be URL encoded.");
  std::string_view path = *decoded;
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::size_t slash = std::min(path.find('/'), path.size());
  auto bucket = BucketName::parse(std::string(path.substr(0, slash)));
  auto key = Key::parse(std::string(path.substr(std::min(slash + 1, path.size()))));
  if (!bucket || !key)
    return refuse(S3Error::invalid_argument,
                  "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  return ObjectName{
      .bucket = *std::move(bucket), .key = *std::move(key), .version_id = std::move(version_id)};
}

Task<S3Result<Object>> open_copy_source(const S3Service& service, const S3Call& call,
                                        const ObjectName& source) {
  CO_TRY(co_await authorize(service, call.request, call.caller,
                            source.version_id ? "s3:GetObjectVersion" : "s3:GetObject",
                            source.bucket, &source.key));
  CO_TRY(co_await check_expected_owner(service, call, "x-amz-source-expected-bucket-owner",
                                       source.bucket));
  auto object = co_await open_named(service, source);
  // A copy cannot be of a delete marker, says S3, and is not told of as a GET is.
  if (!object && object.error().error == S3Error::method_not_allowed)
    co_return refuse(S3Error::invalid_request,
                     "The source of a copy request may not specifically refer to a delete marker "
                     "by version id.");
  if (!object) co_return std::unexpected(std::move(object).error());
  const auto verdict = check_read_conditions(
      conditions_of(call.request.headers), '"' + object->info.etag + '"', object->info.modified_at);
  if (verdict != Verdict::proceed) co_return refuse(S3Error::precondition_failed);
  co_return *std::move(object);
}

void add_source_version_id(http::Headers& headers, const ObjectInfo& source) {
  if (source.version_id != kNullVersion)
    headers.set("x-amz-copy-source-version-id", source.version_id);
}

namespace {

Status copy_through(const Object& source, const http::Range& part, Checksum* checksum,
                    Incoming& target) {
  std::vector<std::byte> buffer(kCopyBytes);
  for (std::uint64_t at = part.offset; at < part.offset + part.size;) {
    const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), part.offset + part.size - at);
    TRY_LET(const std::size_t got, source.content->read(at, std::span(buffer).first(wanted)));
    if (got == 0) return fail(ErrorCode::corrupt, "a content is shorter than its row says");
    const Bytes bytes(buffer.data(), got);
    TRY(target.write(bytes));
    if (checksum != nullptr) checksum->update(bytes);
    at += bytes.size();
  }
  return {};
}

}  // namespace

Status copy_content(const Object& source, const http::Range& part, Incoming& target) {
  return copy_through(source, part, nullptr, target);
}

Status copy_content_with_checksum(const Object& source, const http::Range& part, ChecksumKind kind,
                                  Incoming& target) {
  Checksum checksum(kind);
  TRY(copy_through(source, part, &checksum, target));
  target.set_checksum({.kind = kind, .base64 = to_base64(as_bytes(checksum.finish()))});
  return {};
}

}  // namespace tintype::bucket
