#include "bucket/s3/request/acl_headers.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace tintype::bucket {

namespace {

constexpr std::string_view kOwnersAlone = "bucket-owner-full-control";
constexpr std::array<std::string_view, 9> kCanned = {
    "private",       "public-read",        "public-read-write",
    "aws-exec-read", "authenticated-read", "bucket-owner-read",
    kOwnersAlone,    "log-delivery-write", "log-delivery-read",
};

bool grants_something(const http::Headers& headers) {
  return std::ranges::any_of(
      headers, [](const auto& entry) { return to_lower(entry.first).starts_with("x-amz-grant-"); });
}

S3Result<std::string_view> canned_acl(const http::Headers& headers) {
  const std::string_view canned = headers.find("x-amz-acl").value_or("");
  const bool is_known = canned.empty() || std::ranges::find(kCanned, canned) != kCanned.end();
  if (!is_known) return refuse(S3Error::invalid_argument, "There is no such canned ACL.");
  return canned;
}

/// S3 takes the first only. Clients older than that send the second with everything they write, and
/// it says what is so.
bool is_owners_alone(std::string_view canned) {
  return canned.empty() || canned == kOwnersAlone || canned == "private";
}

}  // namespace

S3Result<void> check_acl_of_object(const http::Headers& headers) {
  TRY_LET(const std::string_view canned, canned_acl(headers));
  if (!is_owners_alone(canned) || grants_something(headers))
    return refuse(S3Error::access_control_list_not_supported);
  return {};
}

S3Result<void> check_acl_of_bucket(const http::Headers& headers) {
  constexpr std::array<std::string_view, 2> kWithAcls = {"BucketOwnerPreferred", "ObjectWriter"};
  const std::string_view ownership =
      headers.find("x-amz-object-ownership").value_or("BucketOwnerEnforced");
  if (std::ranges::find(kWithAcls, ownership) != kWithAcls.end())
    return refuse(S3Error::not_implemented, "Objects are their bucket's owner's.");
  if (ownership != "BucketOwnerEnforced")
    return refuse(S3Error::invalid_argument, "There is no such object ownership.");
  TRY_LET(const std::string_view canned, canned_acl(headers));
  if (!is_owners_alone(canned) || grants_something(headers))
    return refuse(S3Error::invalid_bucket_acl_with_object_ownership);
  return {};
}

S3Result<bool> check_new_acl(const http::Headers& headers) {
  TRY(check_acl_of_object(headers));
  return headers.has("x-amz-acl");
}

}  // namespace tintype::bucket
