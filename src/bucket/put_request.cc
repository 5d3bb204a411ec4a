#include "bucket/put_request.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace tintype::bucket {

namespace {

constexpr std::string_view kMetadataPrefix = "x-amz-meta-";
constexpr std::size_t kMetadataSizeMax = 2048;  // S3: names and values together.
constexpr std::size_t kMd5Size = 16;

/// Lower-case; a name that begins so asks for something that we do not do.
constexpr std::array<std::string_view, 12> kRefused = {
    "x-amz-copy-source",
    "x-amz-server-side-encryption",
    "x-amz-object-lock-",
    "x-amz-tagging",
    "x-amz-website-redirect-location",
    "x-amz-grant-",
    "x-amz-expected-bucket-owner",
    "x-amz-write-offset-bytes",
    "x-amz-mfa",
    "content-disposition",
    "content-language",
    "expires",
};

/// Names of which only some values ask for what is so anyway.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOnlyValues = {{
    {"x-amz-acl", "private"},
    {"x-amz-acl", "bucket-owner-full-control"},
    {"x-amz-storage-class", "STANDARD"},
    {"content-encoding", "identity"},
}};

bool is_refused(const std::string& name, const std::string& value) {
  if (std::ranges::any_of(kRefused, [&](auto refused) { return name.starts_with(refused); }))
    return true;
  const auto of_name = [&](const auto& only) { return only.first == name; };
  const auto of_value = [&](const auto& only) { return of_name(only) && only.second == value; };
  return std::ranges::any_of(kOnlyValues, of_name) && std::ranges::none_of(kOnlyValues, of_value);
}

S3Result<void> read_metadata(const http::Headers& headers,
                             std::map<std::string, std::string>& metadata) {
  std::size_t size = 0;
  for (const auto& [raw_name, value] : headers) {
    const std::string name = to_lower(raw_name);
    if (is_refused(name, value))
      return refuse(S3Error::not_implemented, "The header '" + name + "' is not implemented.");
    if (!is_utf8(value))
      return refuse(S3Error::invalid_argument, "The header '" + name + "' is not UTF-8.");
    if (!name.starts_with(kMetadataPrefix)) continue;
    std::string& entry = metadata[name.substr(kMetadataPrefix.size())];
    if (!entry.empty()) entry += ',';  // Sent twice is one list (RFC 9110, 5.3).
    entry += value;
    size += name.size() - kMetadataPrefix.size() + value.size();
  }
  if (size > kMetadataSizeMax) return refuse(S3Error::metadata_too_large);
  return {};
}

S3Result<void> read_conditions(const http::Headers& headers, PutOptions& options) {
  if (const auto list = headers.find("If-None-Match")) {
    if (trim(*list) != "*")
      return refuse(S3Error::not_implemented, "If-None-Match of a PUT must be *.");
    options.if_absent = true;
  }
  if (const auto list = headers.find("If-Match")) {
    std::string_view etag = trim(*list);
    if (etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"'))
      etag = etag.substr(1, etag.size() - 2);
    if (etag.find_first_of("*,\"") != std::string_view::npos || etag.empty())
      return refuse(S3Error::not_implemented, "If-Match of a PUT must be one ETag.");
    options.if_etag = etag;
  }
  return {};
}

}  // namespace

S3Result<PutRequest> parse_put(const http::Request& request, const Caller& caller) {
  TRY_LET(PutRequest put,
          parse_put_headers(request.headers, {.principal = caller.access_key_id,
                                              .remote_address = request.remote_address,
                                              .request_id = request.id,
                                              .presigned = caller.presigned}));
  put.options.size = request.content_length;
  return put;
}

S3Result<PutRequest> parse_put_headers(const http::Headers& headers, Writer writer) {
  const auto text = [&](std::string_view name) {
    return std::string(headers.find(name).value_or(""));
  };
  PutRequest put{.options = {.content_type = text("Content-Type"),
                             .cache_control = text("Cache-Control"),
                             .metadata = {},
                             .size = {},
                             .if_absent = false,
                             .if_etag = {},
                             .writer = std::move(writer)},
                 .md5_hex = {}};
  TRY(read_metadata(headers, put.options.metadata));
  TRY(read_conditions(headers, put.options));
  if (const auto encoded = headers.find("Content-MD5")) {
    const auto md5 = from_base64(*encoded);
    if (!md5 || md5->size() != kMd5Size) return refuse(S3Error::invalid_digest);
    put.md5_hex = to_hex(as_bytes(*md5));
  }
  return put;
}

}  // namespace tintype::bucket
