#include "bucket/s3/request/put_request.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "bucket/s3/request/acl_headers.h"
#include "bucket/s3/request/tags.h"
#include "bucket/wire.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kMetadataSizeMax = 2048;  // S3: names and values together.

/// Lower-case; a name that begins so asks for something that we do not do.
constexpr std::array<std::string_view, 4> kRefused = {
    "x-amz-server-side-encryption",
    "x-amz-object-lock-",
    "x-amz-write-offset-bytes",
    "x-amz-mfa",
};

constexpr std::array<std::string_view, 12> kStorageClasses = {
    "STANDARD",        "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING",
    "GLACIER",         "DEEP_ARCHIVE",       "OUTPOSTS",    "GLACIER_IR", "SNOW",
    "EXPRESS_ONEZONE", "FSX_OPENZFS"};

S3Result<void> check_field(const std::string& name, const std::string& value) {
  const bool is_class = name == "x-amz-storage-class";
  if (is_class && std::ranges::find(kStorageClasses, value) == kStorageClasses.end())
    return refuse(S3Error::invalid_storage_class);
  if ((is_class && value != kStorageClasses.front()) ||
      std::ranges::any_of(kRefused, [&](auto refused) { return name.starts_with(refused); }))
    return refuse(S3Error::not_implemented, "The header '" + name + "' is not implemented.");
  return {};
}

/// Without what says how the body travels: "aws-chunked,gzip" is gzip. The rest as it was written.
std::string kept_value(const std::string& name, std::string_view value) {
  if (name != "content-encoding") return std::string(value);
  std::string kept;
  for (const std::string_view coding : split(value, ',')) {
    const std::string_view bare = trim(coding);
    if (bare.empty() || equals_ignoring_case(bare, "aws-chunked")) continue;
    if (!kept.empty()) kept += ',';
    kept += kept.empty() ? bare : coding;
  }
  return std::string(trim(kept));
}

S3Result<void> read_fields(const http::Headers& headers, PutOptions& options) {
  auto& metadata = options.metadata;
  std::size_t size = 0;
  for (const auto& [raw_name, value] : headers) {
    const std::string name = to_lower(raw_name);
    TRY(check_field(name, value));
    if (!is_utf8(value))
      return refuse(S3Error::invalid_argument, "The header '" + name + "' is not UTF-8.");
    if (std::ranges::find(kKeptFields, name) != kKeptFields.end())
      if (std::string kept = kept_value(name, value); !kept.empty())
        options.headers[name] = std::move(kept);
    if (!name.starts_with(kMetadataPrefix)) continue;
    std::string& entry = metadata[name.substr(kMetadataPrefix.size())];
    if (!entry.empty()) entry += ',';  // Sent twice is one list (RFC 9110, 5.3).
    entry += value;
    size += name.size() - kMetadataPrefix.size() + value.size();
  }
  if (size > kMetadataSizeMax) return refuse(S3Error::metadata_too_large);
  return {};
}

/// Reads a condition of a write: "*", or one etag, with its quotes or without.
S3Result<void> read_condition(std::string_view text, bool& any, std::optional<std::string>& etag) {
  text = trim(text);
  any = text == "*";
  if (any) return {};
  text = without_quotes(text);
  if (text.find_first_of("*,\"") != std::string_view::npos || text.empty())
    return refuse(S3Error::not_implemented, "The condition of a write must be * or one ETag.");
  etag = text;
  return {};
}

}  // namespace

S3Result<Precondition> parse_precondition(const http::Headers& headers) {
  Precondition wanted;
  if (const auto text = headers.find("If-Match"))
    TRY(read_condition(*text, wanted.present, wanted.etag));
  if (const auto text = headers.find("If-None-Match"))
    TRY(read_condition(*text, wanted.absent, wanted.not_etag));
  return wanted;
}

S3Result<PutRequest> parse_put(const http::Request& request, const Caller& caller) {
  TRY_LET(PutOptions options, parse_put_options(request.headers, writer_of(request, caller)));
  TRY_LET(BodyClaims body, parse_body_claims(request, caller));
  options.size = body.size;
  return PutRequest{.options = std::move(options), .body = std::move(body)};
}

Writer writer_of(const http::Request& request, const Caller& caller) {
  return {.principal = caller.access_key_id,
          .owner_id = caller.is_anonymous() ? std::string() : caller.identity->owner.id,
          .remote_address = request.remote_address,
          .request_id = request.id,
          .presigned = caller.presigned};
}

S3Result<PutOptions> parse_put_options(const http::Headers& headers, Writer writer) {
  const auto text = [&](std::string_view name) {
    return std::string(headers.find(name).value_or(""));
  };
  PutOptions options{.content_type = text("Content-Type"),
                     .cache_control = text("Cache-Control"),
                     .metadata = {},
                     .size = {},
                     .writer = std::move(writer)};
  TRY(check_acl_of_object(headers));
  TRY(read_fields(headers, options));
  TRY_LET(options.precondition, parse_precondition(headers));
  if (const auto tagging = headers.find("x-amz-tagging")) {
    TRY_LET(options.tags, parse_tagging_header(*tagging));
  }
  return options;
}

}  // namespace tintype::bucket
