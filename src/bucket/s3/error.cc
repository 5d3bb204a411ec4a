#include "bucket/s3/error.h"

#include <utility>

#include "bucket/s3/response.h"
#include "xml/writer.h"

namespace tintype::bucket {

std::string_view code_of(S3Error error) {
  switch (error) {
    case S3Error::access_denied: return "AccessDenied";
    case S3Error::access_forbidden: return "AccessForbidden";
    case S3Error::authorization_header_malformed: return "AuthorizationHeaderMalformed";
    case S3Error::authorization_query_parameters_error: return "AuthorizationQueryParametersError";
    case S3Error::invalid_access_key_id: return "InvalidAccessKeyId";
    case S3Error::request_time_too_skewed: return "RequestTimeTooSkewed";
    case S3Error::signature_does_not_match: return "SignatureDoesNotMatch";
    case S3Error::bad_request: return "BadRequest";
    case S3Error::bucket_already_exists: return "BucketAlreadyExists";
    case S3Error::bucket_already_owned_by_you: return "BucketAlreadyOwnedByYou";
    case S3Error::bucket_not_empty: return "BucketNotEmpty";
    case S3Error::illegal_location_constraint: return "IllegalLocationConstraintException";
    case S3Error::illegal_versioning_configuration:
      return "IllegalVersioningConfigurationException";
    case S3Error::invalid_argument: return "InvalidArgument";
    case S3Error::invalid_bucket_acl_with_object_ownership:
      return "InvalidBucketAclWithObjectOwnership";
    case S3Error::invalid_bucket_name: return "InvalidBucketName";
    case S3Error::invalid_part: return "InvalidPart";
    case S3Error::invalid_part_number: return "InvalidPartNumber";
    case S3Error::invalid_part_order: return "InvalidPartOrder";
    case S3Error::invalid_policy_document: return "InvalidPolicyDocument";
    case S3Error::invalid_range: return "InvalidRange";
    case S3Error::invalid_request: return "InvalidRequest";
    case S3Error::invalid_tag: return "InvalidTag";
    case S3Error::invalid_uri: return "InvalidURI";
    case S3Error::key_too_long: return "KeyTooLongError";
    case S3Error::malformed_post_request: return "MalformedPOSTRequest";
    case S3Error::malformed_xml: return "MalformedXML";
    case S3Error::max_post_pre_data_length_exceeded: return "MaxPostPreDataLengthExceededError";
    case S3Error::metadata_too_large: return "MetadataTooLarge";
    case S3Error::method_not_allowed: return "MethodNotAllowed";
    case S3Error::missing_content_length: return "MissingContentLength";
    case S3Error::no_such_bucket: return "NoSuchBucket";
    case S3Error::no_such_key: return "NoSuchKey";
    case S3Error::no_such_upload: return "NoSuchUpload";
    case S3Error::no_such_version: return "NoSuchVersion";
    case S3Error::not_implemented: return "NotImplemented";
    case S3Error::precondition_failed: return "PreconditionFailed";
    case S3Error::quota_exceeded: return "QuotaExceeded";
    case S3Error::access_control_list_not_supported: return "AccessControlListNotSupported";
    case S3Error::invalid_storage_class: return "InvalidStorageClass";
    case S3Error::malformed_acl: return "MalformedACLError";
    case S3Error::malformed_policy: return "MalformedPolicy";
    case S3Error::missing_security_header: return "MissingSecurityHeader";
    case S3Error::no_such_bucket_policy: return "NoSuchBucketPolicy";
    case S3Error::no_such_cors_configuration: return "NoSuchCORSConfiguration";
    case S3Error::no_such_lifecycle_configuration: return "NoSuchLifecycleConfiguration";
    case S3Error::no_such_object_lock_configuration: return "NoSuchObjectLockConfiguration";
    case S3Error::no_such_public_access_block_configuration:
      return "NoSuchPublicAccessBlockConfiguration";
    case S3Error::no_such_tag_set: return "NoSuchTagSet";
    case S3Error::no_such_website_configuration: return "NoSuchWebsiteConfiguration";
    case S3Error::object_lock_configuration_not_found:
      return "ObjectLockConfigurationNotFoundError";
    case S3Error::replication_configuration_not_found:
      return "ReplicationConfigurationNotFoundError";
    case S3Error::server_side_encryption_configuration_not_found:
      return "ServerSideEncryptionConfigurationNotFoundError";
    case S3Error::bad_digest: return "BadDigest";
    case S3Error::content_sha256_mismatch: return "XAmzContentSHA256Mismatch";
    case S3Error::entity_too_large: return "EntityTooLarge";
    case S3Error::entity_too_small: return "EntityTooSmall";
    case S3Error::incomplete_body: return "IncompleteBody";
    case S3Error::incorrect_number_of_files: return "IncorrectNumberOfFilesInPostRequest";
    case S3Error::invalid_digest: return "InvalidDigest";
    case S3Error::request_timeout: return "RequestTimeout";
    case S3Error::internal_error: return "InternalError";
    case S3Error::slow_down: return "SlowDown";
  }
  __builtin_unreachable();
}

int status_of(S3Error error) {
  switch (error) {
    case S3Error::access_denied:
    case S3Error::access_forbidden:
    case S3Error::invalid_access_key_id:
    case S3Error::quota_exceeded:
    case S3Error::request_time_too_skewed:
    case S3Error::signature_does_not_match: return 403;
    case S3Error::access_control_list_not_supported:
    case S3Error::invalid_storage_class:
    case S3Error::malformed_acl:
    case S3Error::malformed_policy:
    case S3Error::missing_security_header:
    case S3Error::authorization_header_malformed:
    case S3Error::authorization_query_parameters_error:
    case S3Error::bad_request:
    case S3Error::illegal_location_constraint:
    case S3Error::illegal_versioning_configuration:
    case S3Error::invalid_argument:
    case S3Error::invalid_bucket_acl_with_object_ownership:
    case S3Error::invalid_bucket_name:
    case S3Error::invalid_part:
    case S3Error::invalid_part_order:
    case S3Error::invalid_policy_document:
    case S3Error::invalid_request:
    case S3Error::invalid_tag:
    case S3Error::invalid_uri:
    case S3Error::key_too_long:
    case S3Error::malformed_post_request:
    case S3Error::malformed_xml:
    case S3Error::max_post_pre_data_length_exceeded:
    case S3Error::metadata_too_large:
    case S3Error::bad_digest:
    case S3Error::content_sha256_mismatch:
    case S3Error::entity_too_large:
    case S3Error::entity_too_small:
    case S3Error::incomplete_body:
    case S3Error::incorrect_number_of_files:
    case S3Error::invalid_digest:
    case S3Error::request_timeout: return 400;
    case S3Error::no_such_bucket_policy:
    case S3Error::no_such_cors_configuration:
    case S3Error::no_such_lifecycle_configuration:
    case S3Error::no_such_object_lock_configuration:
    case S3Error::no_such_public_access_block_configuration:
    case S3Error::no_such_tag_set:
    case S3Error::no_such_website_configuration:
    case S3Error::object_lock_configuration_not_found:
    case S3Error::replication_configuration_not_found:
    case S3Error::server_side_encryption_configuration_not_found:
    case S3Error::no_such_bucket:
    case S3Error::no_such_key:
    case S3Error::no_such_upload:
    case S3Error::no_such_version: return 404;
    case S3Error::method_not_allowed: return 405;
    case S3Error::bucket_already_exists:
    case S3Error::bucket_already_owned_by_you:
    case S3Error::bucket_not_empty: return 409;
    case S3Error::missing_content_length: return 411;
    case S3Error::precondition_failed: return 412;
    case S3Error::invalid_part_number:
    case S3Error::invalid_range: return 416;
    case S3Error::internal_error: return 500;
    case S3Error::not_implemented: return 501;
    case S3Error::slow_down: return 503;
  }
  __builtin_unreachable();
}

// NOLINTNEXTLINE(readability-function-size): a table, one line or two for each error.
std::string_view message_of(S3Error error) {
  switch (error) {
    case S3Error::access_denied: return "Access Denied";
    case S3Error::access_forbidden: return "CORSResponse: This CORS request is not allowed.";
    case S3Error::authorization_header_malformed:
      return "The authorization header is not well-formed.";
    case S3Error::authorization_query_parameters_error:
      return "The authorization parameters of the query are not well-formed.";
    case S3Error::invalid_access_key_id: return "The access key id does not exist.";
    case S3Error::request_time_too_skewed:
      return "The difference between the request time and the server's time is too large.";
    case S3Error::signature_does_not_match:
      return "The request signature we calculated does not match the signature you provided.";
    case S3Error::bad_request: return "Bad request.";
    case S3Error::bucket_already_exists: return "Somebody else has a bucket of this name.";
    case S3Error::bucket_already_owned_by_you: return "You own this bucket already.";
    case S3Error::bucket_not_empty: return "The bucket you tried to delete is not empty.";
    case S3Error::illegal_location_constraint: return "This endpoint serves another region.";
    case S3Error::illegal_versioning_configuration:
      return "The versioning configuration is not valid.";
    case S3Error::invalid_argument: return "Invalid argument.";
    case S3Error::invalid_bucket_acl_with_object_ownership:
      return "A bucket whose owner owns all objects cannot have ACLs.";
    case S3Error::invalid_bucket_name: return "The bucket's name is not valid.";
    case S3Error::invalid_part:
      return "A part is not there, or its ETag is not the one that was given.";
    case S3Error::invalid_part_number: return "The object has no part of this number.";
    case S3Error::invalid_part_order: return "The parts are not in ascending order.";
    case S3Error::invalid_policy_document: return "The policy is not valid.";
    case S3Error::invalid_range: return "The requested range is not satisfiable.";
    case S3Error::invalid_request: return "Invalid request.";
    case S3Error::invalid_tag: return "The tag is not valid.";
    case S3Error::invalid_uri: return "The URI could not be parsed.";
    case S3Error::key_too_long: return "The key is longer than 1024 bytes.";
    case S3Error::malformed_post_request: return "The body is not well-formed multipart/form-data.";
    case S3Error::malformed_xml: return "The XML is not well-formed or not as it should be.";
    case S3Error::max_post_pre_data_length_exceeded:
      return "The fields before the file are larger than 20000 bytes.";
    case S3Error::metadata_too_large: return "The metadata is larger than 2048 bytes.";
    case S3Error::method_not_allowed: return "The method is not allowed on this resource.";
    case S3Error::missing_content_length: return "The Content-Length header is required.";
    case S3Error::no_such_bucket: return "The bucket does not exist.";
    case S3Error::no_such_key: return "The key does not exist.";
    case S3Error::no_such_upload:
      return "The upload does not exist: it was completed, aborted, or never begun.";
    case S3Error::no_such_version: return "The version does not exist.";
    case S3Error::not_implemented: return "What the request asks for is not implemented.";
    case S3Error::precondition_failed: return "A condition of the request does not hold.";
    case S3Error::quota_exceeded: return "The bucket holds as much as its quota allows.";
    case S3Error::access_control_list_not_supported:
      return "The bucket does not allow ACLs; its policy may let others in.";
    case S3Error::invalid_storage_class: return "The storage class you specified is not valid.";
    case S3Error::malformed_acl:
      return "The XML is not well-formed or not an access control policy.";
    case S3Error::malformed_policy: return "The policy is not valid.";
    case S3Error::missing_security_header:
      return "The request was missing a required header: x-amz-acl.";
    case S3Error::no_such_bucket_policy: return "The bucket policy does not exist.";
    case S3Error::no_such_cors_configuration: return "The CORS configuration does not exist.";
    case S3Error::no_such_lifecycle_configuration:
      return "The lifecycle configuration does not exist.";
    case S3Error::no_such_object_lock_configuration:
      return "The object has no object lock configuration.";
    case S3Error::no_such_public_access_block_configuration:
      return "The public access block configuration was not found.";
    case S3Error::no_such_tag_set: return "The tag set does not exist.";
    case S3Error::no_such_website_configuration: return "The bucket has no website configuration.";
    case S3Error::object_lock_configuration_not_found:
      return "Object lock configuration does not exist for this bucket.";
    case S3Error::replication_configuration_not_found:
      return "The replication configuration was not found.";
    case S3Error::server_side_encryption_configuration_not_found:
      return "The server side encryption configuration was not found.";
    case S3Error::bad_digest: return "The Content-MD5 is not that of the body.";
    case S3Error::content_sha256_mismatch:
      return "The x-amz-content-sha256 is not that of the body.";
    case S3Error::entity_too_large: return "The body is larger than is allowed.";
    case S3Error::entity_too_small: return "The body is smaller than is allowed.";
    case S3Error::incomplete_body: return "The body has fewer bytes than Content-Length says.";
    case S3Error::incorrect_number_of_files:
      return "POST requires exactly one file upload per request.";
    case S3Error::invalid_digest: return "The Content-MD5 is not the base64 of 16 bytes.";
    case S3Error::request_timeout: return "The body did not arrive in time.";
    case S3Error::internal_error: return "An internal error occurred. Please try again.";
    case S3Error::slow_down: return "The server is busy. Please try again.";
  }
  __builtin_unreachable();
}

namespace {

S3Error error_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return S3Error::invalid_argument;
    case ErrorCode::unauthenticated:
    case ErrorCode::denied: return S3Error::access_denied;
    case ErrorCode::not_found: return S3Error::no_such_key;
    case ErrorCode::conflict: return S3Error::precondition_failed;
    case ErrorCode::too_large: return S3Error::entity_too_large;
    case ErrorCode::exhausted: return S3Error::quota_exceeded;
    case ErrorCode::unsupported: return S3Error::not_implemented;
    case ErrorCode::unavailable: return S3Error::slow_down;
    case ErrorCode::damaged_input: return S3Error::incomplete_body;
    case ErrorCode::corrupt:
    case ErrorCode::internal: return S3Error::internal_error;
  }
  __builtin_unreachable();
}

S3Fault fault_of(sigv4::Fault fault, sigv4::Form form) {
  switch (fault) {
    case sigv4::Fault::two_mechanisms:
      return {S3Error::invalid_argument, "Only one auth mechanism allowed."};
    case sigv4::Fault::unsupported_mechanism:
      return {S3Error::invalid_request, "Only signature version 4 (AWS4-HMAC-SHA256) is served."};
    case sigv4::Fault::malformed_authorization: return {S3Error::authorization_header_malformed};
    case sigv4::Fault::malformed_query: return {S3Error::authorization_query_parameters_error};
    case sigv4::Fault::malformed_path: return {S3Error::invalid_uri};
    case sigv4::Fault::missing_date:
      return {S3Error::access_denied, "A valid x-amz-date or Date header is required."};
    case sigv4::Fault::missing_payload_hash:
      return {S3Error::invalid_request, "Missing required header: x-amz-content-sha256."};
    case sigv4::Fault::malformed_payload_hash:
      return {S3Error::invalid_argument, "x-amz-content-sha256 is not a valid value."};
    case sigv4::Fault::headers_not_signed:
      return {S3Error::access_denied, "There were headers present which were not signed."};
    case sigv4::Fault::wrong_region:
    case sigv4::Fault::wrong_service:
      return {form == sigv4::Form::header ? S3Error::authorization_header_malformed
                                          : S3Error::authorization_query_parameters_error,
              fault == sigv4::Fault::wrong_region ? "The region of the credential is wrong."
                                                  : "The service of the credential must be s3."};
    case sigv4::Fault::unknown_access_key: return {S3Error::invalid_access_key_id};
    case sigv4::Fault::signature_mismatch: return {S3Error::signature_does_not_match};
    case sigv4::Fault::request_time_skewed: return {S3Error::request_time_too_skewed};
    case sigv4::Fault::not_yet_valid: return {S3Error::access_denied, "Request is not yet valid"};
    case sigv4::Fault::expired: return {S3Error::access_denied, "Request has expired"};
  }
  __builtin_unreachable();
}

}  // namespace

S3Fault fault_of(Error error) {
  return {.error = error_of(error.code), .message = {}, .cause = std::move(error.message)};
}

S3Fault fault_of(const sigv4::Failure& failure, sigv4::Form form) {
  S3Fault fault = fault_of(failure.fault, form);
  fault.cause = failure.message;
  return fault;
}

http::Response error_response(const S3Fault& fault, const http::Request& request) {
  xml::Writer writer;
  writer.open("Error")
      .text("Code", code_of(fault.error))
      .text("Message", fault.message.empty() ? message_of(fault.error) : fault.message)
      .text("Resource", request.path)
      .text("RequestId", request.id);
  if (!fault.region.empty()) writer.text("Region", fault.region);
  const int status = status_of(fault.error);
  http::Response response = request.method == "HEAD"
                                ? make_response(status)
                                : xml_response(status, std::move(writer).finish());
  for (const auto& [name, value] : fault.headers) response.headers.add(name, value);
  if (!fault.region.empty()) response.headers.set("x-amz-bucket-region", fault.region);
  if (fault.error == S3Error::slow_down) response.headers.set("Retry-After", "1");
  return response;
}

}  // namespace tintype::bucket
