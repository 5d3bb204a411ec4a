#include "bucket/s3/route.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "bucket/s3/host.h"

namespace tintype::bucket {

namespace {

/// How an operation is asked for. Of two that fit, the first wins.
struct Shape {
  Operation operation;
  std::string_view method;
  enum class On { service, bucket, object } on;
  std::string_view query_key;                            // Must be there; empty: none must.
  std::string_view query_value;                          // Its value; kAny: whatever it is.
  std::span<const std::string_view> query_allowed = {};  // Beside kQueryAllowed.
};

constexpr std::string_view kAny = "*";

constexpr std::array<std::string_view, 4> kBucketsQuery = {"max-buckets", "continuation-token",
                                                           "prefix", "bucket-region"};
constexpr std::array<std::string_view, 5> kOldListQuery = {"prefix", "delimiter", "marker",
                                                           "max-keys", "encoding-type"};
constexpr std::array<std::string_view, 7> kListQuery = {
    "prefix",   "delimiter",     "start-after", "continuation-token",
    "max-keys", "encoding-type", "fetch-owner"};
constexpr std::array<std::string_view, 8> kGetQuery = {"partNumber",
                                                       "versionId",
                                                       "response-content-type",
                                                       "response-content-language",
                                                       "response-expires",
                                                       "response-content-disposition",
                                                       "response-cache-control",
                                                       "response-content-encoding"};

constexpr std::array<std::string_view, 6> kVersionsQuery = {
    "prefix", "delimiter", "key-marker", "version-id-marker", "max-keys", "encoding-type"};
constexpr std::array<std::string_view, 1> kVersionQuery = {"versionId"};
constexpr std::array<std::string_view, 1> kPartQuery = {"partNumber"};
constexpr std::array<std::string_view, 3> kPartsQuery = {"max-parts", "part-number-marker",
                                                         "encoding-type"};
constexpr std::array<std::string_view, 6> kUploadsQuery = {
    "prefix", "delimiter", "key-marker", "upload-id-marker", "max-uploads", "encoding-type"};

constexpr std::array<Shape, 59> kShapes = {{
    {Operation::list_buckets, "GET", Shape::On::service, "", "", kBucketsQuery},
    {Operation::get_bucket_location, "GET", Shape::On::bucket, "location", ""},
    {Operation::list_objects_v2, "GET", Shape::On::bucket, "list-type", "2", kListQuery},
    {Operation::list_multipart_uploads, "GET", Shape::On::bucket, "uploads", "", kUploadsQuery},
    {Operation::get_bucket_versioning, "GET", Shape::On::bucket, "versioning", ""},
    {Operation::put_bucket_versioning, "PUT", Shape::On::bucket, "versioning", ""},
    {Operation::list_object_versions, "GET", Shape::On::bucket, "versions", "", kVersionsQuery},
    {Operation::get_bucket_cors, "GET", Shape::On::bucket, "cors", ""},
    {Operation::put_bucket_cors, "PUT", Shape::On::bucket, "cors", ""},
    {Operation::delete_bucket_cors, "DELETE", Shape::On::bucket, "cors", ""},
    {Operation::get_bucket_policy, "GET", Shape::On::bucket, "policy", ""},
    {Operation::get_bucket_policy_status, "GET", Shape::On::bucket, "policyStatus", ""},
    {Operation::put_bucket_policy, "PUT", Shape::On::bucket, "policy", ""},
    {Operation::delete_bucket_policy, "DELETE", Shape::On::bucket, "policy", ""},
    {Operation::get_public_access_block, "GET", Shape::On::bucket, "publicAccessBlock", ""},
    {Operation::put_public_access_block, "PUT", Shape::On::bucket, "publicAccessBlock", ""},
    {Operation::delete_public_access_block, "DELETE", Shape::On::bucket, "publicAccessBlock", ""},
    {Operation::get_bucket_tagging, "GET", Shape::On::bucket, "tagging", ""},
    {Operation::put_bucket_tagging, "PUT", Shape::On::bucket, "tagging", ""},
    {Operation::delete_bucket_tagging, "DELETE", Shape::On::bucket, "tagging", ""},
    {Operation::get_bucket_lifecycle, "GET", Shape::On::bucket, "lifecycle", ""},
    {Operation::put_bucket_lifecycle, "PUT", Shape::On::bucket, "lifecycle", ""},
    {Operation::delete_bucket_lifecycle, "DELETE", Shape::On::bucket, "lifecycle", ""},
    {Operation::get_bucket_notification, "GET", Shape::On::bucket, "notification", ""},
    {Operation::put_bucket_notification, "PUT", Shape::On::bucket, "notification", ""},
    {Operation::get_bucket_acl, "GET", Shape::On::bucket, "acl", ""},
    {Operation::put_bucket_acl, "PUT", Shape::On::bucket, "acl", ""},
    {Operation::get_bucket_ownership_controls, "GET", Shape::On::bucket, "ownershipControls", ""},
    {Operation::put_bucket_ownership_controls, "PUT", Shape::On::bucket, "ownershipControls", ""},
    {Operation::get_not_configured, "GET", Shape::On::bucket, "website", ""},
    {Operation::get_not_configured, "GET", Shape::On::bucket, "replication", ""},
    {Operation::get_not_configured, "GET", Shape::On::bucket, "encryption", ""},
    {Operation::get_not_configured, "GET", Shape::On::bucket, "object-lock", ""},
    {Operation::get_not_configured, "GET", Shape::On::bucket, "logging", ""},
    {Operation::get_not_configured, "GET", Shape::On::bucket, "accelerate", ""},
    {Operation::get_not_configured, "GET", Shape::On::bucket, "requestPayment", ""},
    {Operation::list_objects, "GET", Shape::On::bucket, "", "", kOldListQuery},
    {Operation::head_bucket, "HEAD", Shape::On::bucket, "", ""},
    {Operation::create_bucket, "PUT", Shape::On::bucket, "", ""},
    {Operation::delete_bucket, "DELETE", Shape::On::bucket, "", ""},
    {Operation::delete_objects, "POST", Shape::On::bucket, "delete", ""},
    {Operation::post_object, "POST", Shape::On::bucket, "", ""},
    {Operation::create_multipart_upload, "POST", Shape::On::object, "uploads", ""},
    {Operation::complete_multipart_upload, "POST", Shape::On::object, "uploadId", kAny},
    {Operation::upload_part, "PUT", Shape::On::object, "uploadId", kAny, kPartQuery},
    {Operation::abort_multipart_upload, "DELETE", Shape::On::object, "uploadId", kAny},
    {Operation::list_parts, "GET", Shape::On::object, "uploadId", kAny, kPartsQuery},
    {Operation::get_object_tagging, "GET", Shape::On::object, "tagging", "", kVersionQuery},
    {Operation::put_object_tagging, "PUT", Shape::On::object, "tagging", "", kVersionQuery},
    {Operation::delete_object_tagging, "DELETE", Shape::On::object, "tagging", "", kVersionQuery},
    {Operation::get_object_acl, "GET", Shape::On::object, "acl", "", kVersionQuery},
    {Operation::put_object_acl, "PUT", Shape::On::object, "acl", "", kVersionQuery},
    {Operation::get_not_configured, "GET", Shape::On::object, "retention", "", kVersionQuery},
    {Operation::get_not_configured, "GET", Shape::On::object, "legal-hold", "", kVersionQuery},
    {Operation::get_object_attributes, "GET", Shape::On::object, "attributes", "", kVersionQuery},
    {Operation::get_object, "GET", Shape::On::object, "", "", kGetQuery},
    {Operation::head_object, "HEAD", Shape::On::object, "", "", kGetQuery},
    {Operation::put_object, "PUT", Shape::On::object, "", ""},
    {Operation::delete_object, "DELETE", Shape::On::object, "", "", kVersionQuery},
}};

/// In every query, lower-case: a signature's, and what clients add that changes nothing.
constexpr std::array<std::string_view, 15> kQueryAllowed = {
    "awsaccesskeyid",
    "signature",
    "expires",
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-signedheaders",
    "x-amz-signature",
    "x-amz-security-token",
    "x-amz-content-sha256",
    "x-amz-checksum-mode",
    "x-amz-user-agent",
    "x-amz-sdk-checksum-algorithm",
    "x-id"};  // The AWS SDK for JavaScript: the operation's name.

/// The AWS SDK for JavaScript presigns a PUT with the checksum of an empty body, as it has no other
/// then. It binds nothing.
constexpr std::string_view kChecksumPrefix = "x-amz-checksum-";

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_allowed(const Shape& shape, std::string_view name) {
  const std::string lower = to_lower(name);
  return name == shape.query_key || contains(shape.query_allowed, name) ||
         contains(kQueryAllowed, lower) || lower.starts_with(kChecksumPrefix);
}

bool fits(const Shape& shape, const http::Request& request, Shape::On on) {
  if (shape.method != request.method || shape.on != on) return false;
  if (shape.query_key.empty()) return true;
  const auto value = request.query.find(shape.query_key);
  return value && (shape.query_value == kAny || *value == shape.query_value);
}

/// With another object to take the content from, an operation is another one.
Operation with_copy(Operation operation, const http::Headers& headers) {
  if (!headers.has("x-amz-copy-source")) return operation;
  if (operation == Operation::put_object) return Operation::copy_object;
  return operation == Operation::upload_part ? Operation::upload_part_copy : operation;
}

struct Target {
  std::optional<BucketName> bucket;
  std::optional<Key> key;
};

/// `host_bucket` is the bucket that the Host names, if it does: then all of the path is the key.
S3Result<Target> parse_target(std::string_view path,
                              const std::optional<std::string>& host_bucket) {
  if (!path.starts_with('/')) return refuse(S3Error::invalid_uri);
  path.remove_prefix(1);
  const auto slash = host_bucket ? 0 : std::min(path.find('/'), path.size());
  const auto bucket_text =
      host_bucket ? Result<std::string>(*host_bucket) : percent_decode(path.substr(0, slash));
  const auto key_begin = host_bucket ? 0 : std::min(slash + 1, path.size());
  const auto key_text = percent_decode(path.substr(key_begin));
  if (!bucket_text || !key_text) return refuse(S3Error::invalid_uri);

  Target target;
  if (bucket_text->empty() && key_text->empty()) return target;
  auto bucket = BucketName::parse(*bucket_text);
  if (!bucket) return refuse(S3Error::invalid_bucket_name);
  target.bucket = *std::move(bucket);
  if (key_text->empty()) return target;
  auto key = Key::parse(*key_text);
  if (!key && key.error().code == ErrorCode::too_large) return refuse(S3Error::key_too_long);
  if (!key) return refuse(S3Error::invalid_uri, "A key is UTF-8 without NUL.");
  target.key = *std::move(key);
  return target;
}

}  // namespace

std::optional<BucketName> bucket_of(const http::Request& request,
                                    const std::vector<std::string>& domains) {
  const auto host = request.headers.find("Host").value_or("");
  const auto target = parse_target(request.path, bucket_in_host(host, domains));
  return target ? target->bucket : std::nullopt;
}

S3Result<Route> find_route(const http::Request& request, const std::vector<std::string>& domains) {
  const auto host = request.headers.find("Host").value_or("");
  TRY_LET(Target target, parse_target(request.path, bucket_in_host(host, domains)));
  const auto on = target.key      ? Shape::On::object
                  : target.bucket ? Shape::On::bucket
                                  : Shape::On::service;
  const auto shape = std::ranges::find_if(
      kShapes, [&](const Shape& candidate) { return fits(candidate, request, on); });
  if (shape == kShapes.end()) {
    constexpr std::array<std::string_view, 5> kMethods = {"GET", "HEAD", "PUT", "POST", "DELETE"};
    return refuse(contains(kMethods, request.method) ? S3Error::not_implemented
                                                     : S3Error::method_not_allowed);
  }
  for (const auto& [name, value] : request.query)
    if (!is_allowed(*shape, name))
      return refuse(S3Error::not_implemented, "The parameter '" + name + "' is not implemented.");
  return Route{.operation = with_copy(shape->operation, request.headers),
               .bucket = std::move(target.bucket),
               .key = std::move(target.key)};
}

}  // namespace tintype::bucket
