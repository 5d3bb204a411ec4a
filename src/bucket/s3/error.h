// What can be answered to an S3 request besides success: one enum, three exhaustive tables.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "http/message.h"
#include "sigv4/verify.h"

namespace tintype::bucket {

enum class S3Error {
  // Who asks?
  access_denied,
  access_forbidden,  ///< CORS.
  authorization_header_malformed,
  authorization_query_parameters_error,
  invalid_access_key_id,
  request_time_too_skewed,
  signature_does_not_match,
  // For what?
  access_control_list_not_supported,
  bad_request,
  bucket_already_exists,
  bucket_already_owned_by_you,
  bucket_not_empty,
  illegal_location_constraint,
  illegal_versioning_configuration,
  invalid_argument,
  invalid_bucket_acl_with_object_ownership,
  invalid_bucket_name,
  invalid_part,
  invalid_part_number,
  invalid_part_order,
  invalid_policy_document,
  invalid_range,
  invalid_request,
  invalid_storage_class,
  invalid_tag,
  invalid_uri,
  key_too_long,
  malformed_acl,
  malformed_policy,
  malformed_post_request,
  malformed_xml,
  max_post_pre_data_length_exceeded,
  metadata_too_large,
  method_not_allowed,
  missing_content_length,
  missing_security_header,
  no_such_bucket,
  no_such_bucket_policy,
  no_such_cors_configuration,
  no_such_lifecycle_configuration,
  no_such_key,
  no_such_object_lock_configuration,
  no_such_public_access_block_configuration,
  no_such_tag_set,
  no_such_upload,
  no_such_version,
  no_such_website_configuration,
  not_implemented,
  object_lock_configuration_not_found,
  precondition_failed,
  quota_exceeded,  ///< As Ceph names it; AWS has no quotas.
  replication_configuration_not_found,
  server_side_encryption_configuration_not_found,
  // The body.
  bad_digest,
  content_sha256_mismatch,
  entity_too_large,
  entity_too_small,
  incomplete_body,
  incorrect_number_of_files,  ///< Of a form.
  invalid_digest,
  request_timeout,
  // Ours.
  internal_error,
  slow_down,
};

/// As S3 spells it: "NoSuchKey".
std::string_view code_of(S3Error error);
int status_of(S3Error error);
/// The sentence that a client sees where nobody knows a better one.
std::string_view message_of(S3Error error);

/// An answer other than success, on its way to the client.
struct [[nodiscard]] S3Fault {
  S3Error error;
  std::string message = {};    ///< For the client; empty: message_of(error).
  std::string cause = {};      ///< For the log; empty: there is nothing that the code does not say.
  http::Headers headers = {};  ///< Beside the usual ones.
  std::string region = {};     ///< Where a client should sign for instead; empty: it is not that.
};
template <class T>
using S3Result = std::expected<T, S3Fault>;

inline std::unexpected<S3Fault> refuse(S3Error error, std::string message = {}) {
  return std::unexpected(S3Fault{.error = error, .message = std::move(message)});
}

/// What an Error is to an S3 client where the operation does not know better. Its message goes to
/// the log only.
S3Fault fault_of(Error error);
/// The same of a Result.
template <class T>
S3Result<T> to_s3(Result<T> result) {
  if (!result) return std::unexpected(fault_of(std::move(result).error()));
  if constexpr (std::is_void_v<T>)
    return {};
  else
    return *std::move(result);
}
/// What is wrong with a signature, in S3's words.
S3Fault fault_of(const sigv4::Failure& failure, sigv4::Form form);

/// The XML answer; a HEAD gets none. Retry-After where trying again is right.
http::Response error_response(const S3Fault& fault, const http::Request& request);

}  // namespace tintype::bucket
