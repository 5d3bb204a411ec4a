#include "bucket/s3/error.h"

#include <utility>

#include "bucket/s3/response.h"
#include "xml/writer.h"

namespace tintype::bucket {

std::string_view code_of(S3Error error) {
  using enum S3Error;
  switch (error) {
    case access_denied: return "AccessDenied";
    case access_forbidden: return "AccessForbidden";
    case authorization_header_malformed: return "AuthorizationHeaderMalformed";
    case authorization_query_parameters_error: return "AuthorizationQueryParametersError";
    case invalid_access_key_id: return "InvalidAccessKeyId";
    case request_time_too_skewed: return "RequestTimeTooSkewed";
    case signature_does_not_match: return "SignatureDoesNotMatch";
    case bad_request: return "BadRequest";
    case bucket_already_exists: return "BucketAlreadyExists";
    case bucket_already_owned_by_you: return "BucketAlreadyOwnedByYou";
    case bucket_not_empty: return "BucketNotEmpty";
    case illegal_location_constraint: return "IllegalLocationConstraintException";
    case illegal_versioning_configuration: return "IllegalVersioningConfigurationException";
    case invalid_argument: return "InvalidArgument";
    case invalid_bucket_acl_with_object_ownership: return "InvalidBucketAclWithObjectOwnership";
    case invalid_bucket_name: return "InvalidBucketName";
    case invalid_part: return "InvalidPart";
    case invalid_part_number: return "InvalidPartNumber";
    case invalid_part_order: return "InvalidPartOrder";
    case invalid_policy_document: return "InvalidPolicyDocument";
    case invalid_range: return "InvalidRange";
    case invalid_request: return "InvalidRequest";
    case invalid_tag: return "InvalidTag";
    case invalid_uri: return "InvalidURI";
    case key_too_long: return "KeyTooLongError";
    case malformed_post_request: return "MalformedPOSTRequest";
    case malformed_xml: return "MalformedXML";
    case max_post_pre_data_length_exceeded: return "MaxPostPreDataLengthExceededError";
    case metadata_too_large: return "MetadataTooLarge";
    case method_not_allowed: return "MethodNotAllowed";
    case missing_content_length: return "MissingContentLength";
    case no_such_bucket: return "NoSuchBucket";
    case no_such_key: return "NoSuchKey";
    case no_such_upload: return "NoSuchUpload";
    case no_such_version: return "NoSuchVersion";
    case not_implemented: return "NotImplemented";
    case precondition_failed: return "PreconditionFailed";
    case quota_exceeded: return "QuotaExceeded";
    case access_control_list_not_supported: return "AccessControlListNotSupported";
    case invalid_storage_class: return "InvalidStorageClass";
    case malformed_acl: return "MalformedACLError";
    case malformed_policy: return "MalformedPolicy";
    case missing_security_header: return "MissingSecurityHeader";
    case no_such_bucket_policy: return "NoSuchBucketPolicy";
    case no_such_cors_configuration: return "NoSuchCORSConfiguration";
    case no_such_lifecycle_configuration: return "NoSuchLifecycleConfiguration";
    case no_such_object_lock_configuration: return "NoSuchObjectLockConfiguration";
    case no_such_public_access_block_configuration: return "NoSuchPublicAccessBlockConfiguration";
    case no_such_tag_set: return "NoSuchTagSet";
    case no_such_website_configuration: return "NoSuchWebsiteConfiguration";
    case object_lock_configuration_not_found: return "ObjectLockConfigurationNotFoundError";
    case replication_configuration_not_found: return "ReplicationConfigurationNotFoundError";
    case server_side_encryption_configuration_not_found:
      return "ServerSideEncryptionConfigurationNotFoundError";
    case bad_digest: return "BadDigest";
    case content_sha256_mismatch: return "XAmzContentSHA256Mismatch";
    case entity_too_large: return "EntityTooLarge";
    case entity_too_small: return "EntityTooSmall";
    case incomplete_body: return "IncompleteBody";
    case incorrect_number_of_files: return "IncorrectNumberOfFilesInPostRequest";
    case invalid_digest: return "InvalidDigest";
    case request_timeout: return "RequestTimeout";
    case internal_error: return "InternalError";
    case slow_down: return "SlowDown";
  }
  __builtin_unreachable();
}

int status_of(S3Error error) {
  using enum S3Error;
  switch (error) {
    case access_denied:
    case access_forbidden:
    case invalid_access_key_id:
    case quota_exceeded:
    case request_time_too_skewed:
    case signature_does_not_match: return 403;
    case access_control_list_not_supported:
    case invalid_storage_class:
    case malformed_acl:
    case malformed_policy:
    case missing_security_header:
    case authorization_header_malformed:
    case authorization_query_parameters_error:
    case bad_request:
    case illegal_location_constraint:
    case illegal_versioning_configuration:
    case invalid_argument:
    case invalid_bucket_acl_with_object_ownership:
    case invalid_bucket_name:
    case invalid_part:
    case invalid_part_order:
    case invalid_policy_document:
    case invalid_request:
    case invalid_tag:
    case invalid_uri:
    case key_too_long:
    case malformed_post_request:
    case malformed_xml:
    case max_post_pre_data_length_exceeded:
    case metadata_too_large:
    case bad_digest:
    case content_sha256_mismatch:
    case entity_too_large:
    case entity_too_small:
    case incomplete_body:
    case incorrect_number_of_files:
    case invalid_digest:
    case request_timeout: return 400;
    case no_such_bucket_policy:
    case no_such_cors_configuration:
    case no_such_lifecycle_configuration:
    case no_such_object_lock_configuration:
    case no_such_public_access_block_configuration:
    case no_such_tag_set:
    case no_such_website_configuration:
    case object_lock_configuration_not_found:
    case replication_configuration_not_found:
    case server_side_encryption_configuration_not_found:
    case no_such_bucket:
    case no_such_key:
    case no_such_upload:
    case no_such_version: return 404;
    case method_not_allowed: return 405;
    case bucket_already_exists:
    case bucket_already_owned_by_you:
    case bucket_not_empty: return 409;
    case missing_content_length: return 411;
    case precondition_failed: return 412;
    case invalid_part_number:
    case invalid_range: return 416;
    case internal_error: return 500;
    case not_implemented: return 501;
    case slow_down: return 503;
  }
  __builtin_unreachable();
}

// NOLINTNEXTLINE(readability-function-size): a table, one line or two for each error.
std::string_view message_of(S3Error error) {
  using enum S3Error;
  switch (error) {
    case access_denied: return "Access Denied";
    case access_forbidden: return "CORSResponse: This CORS request is not allowed.";
    case authorization_header_malformed: return "The authorization header is not well-formed.";
    case authorization_query_parameters_error:
      return "The authorization parameters of the query are not well-formed.";
    case invalid_access_key_id: return "The access key id does not exist.";
    case request_time_too_skewed:
      return "The difference between the request time and the server's time is too large.";
    case signature_does_not_match:
      return "The request signature we calculated does not match the signature you provided.";
    case bad_request: return "Bad request.";
    case bucket_already_exists: return "Somebody else has a bucket of this name.";
    case bucket_already_owned_by_you: return "You own this bucket already.";
    case bucket_not_empty: return "The bucket you tried to delete is not empty.";
    case illegal_location_constraint: return "This endpoint serves another region.";
    case illegal_versioning_configuration: return "The versioning configuration is not valid.";
    case invalid_argument: return "Invalid argument.";
    case invalid_bucket_acl_with_object_ownership:
      return "A bucket whose owner owns all objects cannot have ACLs.";
    case invalid_bucket_name: return "The bucket's name is not valid.";
    case invalid_part: return "A part is not there, or its ETag is not the one that was given.";
    case invalid_part_number: return "The object has no part of this number.";
    case invalid_part_order: return "The parts are not in ascending order.";
    case invalid_policy_document: return "The policy is not valid.";
    case invalid_range: return "The requested range is not satisfiable.";
    case invalid_request: return "Invalid request.";
    case invalid_tag: return "The tag is not valid.";
    case invalid_uri: return "The URI could not be parsed.";
    case key_too_long: return "The key is longer than 1024 bytes.";
    case malformed_post_request: return "The body is not well-formed multipart/form-data.";
    case malformed_xml: return "The XML is not well-formed or not as it should be.";
    case max_post_pre_data_length_exceeded:
      return "The fields before the file are larger than 20000 bytes.";
    case metadata_too_large: return "The metadata is larger than 2048 bytes.";
    case method_not_allowed: return "The method is not allowed on this resource.";
    case missing_content_length: return "The Content-Length header is required.";
    case no_such_bucket: return "The bucket does not exist.";
    case no_such_key: return "The key does not exist.";
    case no_such_upload:
      return "The upload does not exist: it was completed, aborted, or never begun.";
    case no_such_version: return "The version does not exist.";
    case not_implemented: return "What the request asks for is not implemented.";
    case precondition_failed: return "A condition of the request does not hold.";
    case quota_exceeded: return "The bucket holds as much as its quota allows.";
    case access_control_list_not_supported:
      return "The bucket does not allow ACLs; its policy may let others in.";
    case invalid_storage_class: return "The storage class you specified is not valid.";
    case malformed_acl: return "The XML is not well-formed or not an access control policy.";
    case malformed_policy: return "The policy is not valid.";
    case missing_security_header: return "The request was missing a required header: x-amz-acl.";
    case no_such_bucket_policy: return "The bucket policy does not exist.";
    case no_such_cors_configuration: return "The CORS configuration does not exist.";
    case no_such_lifecycle_configuration: return "The lifecycle configuration does not exist.";
    case no_such_object_lock_configuration: return "The object has no object lock configuration.";
    case no_such_public_access_block_configuration:
      return "The public access block configuration was not found.";
    case no_such_tag_set: return "The tag set does not exist.";
    case no_such_website_configuration: return "The bucket has no website configuration.";
    case object_lock_configuration_not_found:
      return "Object lock configuration does not exist for this bucket.";
    case replication_configuration_not_found: return "The replication configuration was not found.";
    case server_side_encryption_configuration_not_found:
      return "The server side encryption configuration was not found.";
    case bad_digest: return "The Content-MD5 is not that of the body.";
    case content_sha256_mismatch: return "The x-amz-content-sha256 is not that of the body.";
    case entity_too_large: return "The body is larger than is allowed.";
    case entity_too_small: return "The body is smaller than is allowed.";
    case incomplete_body: return "The body has fewer bytes than Content-Length says.";
    case incorrect_number_of_files: return "POST requires exactly one file upload per request.";
    case invalid_digest: return "The Content-MD5 is not the base64 of 16 bytes.";
    case request_timeout: return "The body did not arrive in time.";
    case internal_error: return "An internal error occurred. Please try again.";
    case slow_down: return "The server is busy. Please try again.";
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
