#include "bucket/s3/request/post_form.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "bucket/s3/request/body_claims.h"
#include "bucket/s3/request/tags.h"
#include "bucket/s3/signatories.h"
#include "crypto/digest.h"
#include "sigv4/policy.h"
#include "sigv4/version2.h"

namespace tintype::bucket {

namespace {

constexpr std::string_view kFileNameMark = "${filename}";

/// What is no header of the object. Lower-case.
constexpr std::array<std::string_view, 15> kNoHeaders = {"key",
                                                         "tagging",
                                                         "bucket",
                                                         "policy",
                                                         "x-amz-algorithm",
                                                         "file",
                                                         "x-amz-credential",
                                                         "x-amz-date",
                                                         "x-amz-signature",
                                                         "redirect",
                                                         "success_action_redirect",
                                                         "success_action_status",
                                                         "x-amz-security-token",
                                                         "awsaccesskeyid",
                                                         "signature"};

bool is_name(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != ':'; });
}

bool is_header_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 || byte == '\t') && byte != 0x7f;
  });
}

/// The form of signature version 2: AWSAccessKeyId, and HMAC-SHA1 of the policy in `signature`. Its
/// time is the policy's own expiration.
Task<S3Result<Caller>> authenticate_form_v2(const FormFields& fields, const S3Service& service) {
  if (!service.options.signature_v2)
    co_return refuse(S3Error::invalid_request,
                     "Only signature version 4 (AWS4-HMAC-SHA256) is served.");
  std::string access_key_id(fields.text("awsaccesskeyid"));
  if (access_key_id.empty() || fields.text("signature").empty())
    co_return refuse(S3Error::invalid_argument,
                     "Bucket POST must contain both AWSAccessKeyId and signature.");
  CO_TRY_LET(const auto signatory, to_s3(co_await service.signatories.find(access_key_id)));
  if (signatory == nullptr) co_return refuse(S3Error::invalid_access_key_id);
  const std::string expected = sigv4::sign_version2(fields.text("policy"), signatory->secret);
  if (!crypto::equal_in_constant_time(expected, fields.text("signature")))
    co_return refuse(S3Error::signature_does_not_match);
  co_return Caller{.access_key_id = std::move(access_key_id),
                   .identity = identity_of(signatory),
                   .presigned = true};
}

/// Who signed the policy, or nobody where there is none.
Task<S3Result<Caller>> authenticate_form(const FormFields& fields, const S3Service& service,
                                         const S3Call& call) {
  const bool is_old =
      fields.find("awsaccesskeyid") != nullptr || fields.find("signature") != nullptr;
  const bool is_signed = is_old || fields.find("x-amz-signature") != nullptr;
  if (fields.find("policy") == nullptr && is_signed)
    co_return refuse(S3Error::invalid_argument,
                     "Bucket POST must contain a field named 'policy', before the file.");
  if (fields.find("policy") == nullptr) co_return Caller();
  if (is_old) co_return co_await authenticate_form_v2(fields, service);
  const auto claimed = sigv4::parse_policy({.algorithm = fields.text("x-amz-algorithm"),
                                            .credential = fields.text("x-amz-credential"),
                                            .date = fields.text("x-amz-date"),
                                            .signature = fields.text("x-amz-signature")});
  if (!claimed) co_return std::unexpected(fault_of(claimed.error(), sigv4::Form::query));
  CO_TRY_LET(const auto signatory,
             to_s3(co_await service.signatories.find(claimed->access_key_id)));
  const auto verified =
      sigv4::verify_policy(*claimed, fields.text("policy"), secret_of(signatory),
                           service.clock.now(), {.regions = regions_of(service.options.region)});
  if (!verified) co_return std::unexpected(fault_of(verified.error(), sigv4::Form::query));
  log(LogLevel::debug, "form signed",
      {{"request", call.request.id}, {"access_key", claimed->access_key_id}});
  co_return Caller{.access_key_id = claimed->access_key_id,
                   .identity = identity_of(signatory),
                   .presigned = true};
}

S3Result<PostPolicy> read_policy(std::string_view policy_base64) {
  const auto json = from_base64(policy_base64);
  if (!json) return refuse(S3Error::invalid_policy_document, "Invalid Policy: it is not base64.");
  auto policy = parse_post_policy(*json);
  if (!policy) return refuse(S3Error::invalid_policy_document, policy.error().message);
  return *std::move(policy);
}

std::string with_file_name(std::string text, const std::string& file_name) {
  for (std::size_t at = 0; (at = text.find(kFileNameMark, at)) != std::string::npos;
       at += file_name.size())
    text.replace(at, kFileNameMark.size(), file_name);
  return text;
}

/// The policy speaks of the key that the object will have, and may itself name the file so.
S3Result<PostPolicy> read_bound_policy(const FormFields& fields, const std::string& file_name,
                                       const std::string& key_text, const S3Service& service,
                                       const S3Call& call) {
  TRY_LET(PostPolicy policy, read_policy(fields.text("policy")));
  for (auto& condition : policy.conditions)
    if (condition.field == "key") condition.value = with_file_name(condition.value, file_name);
  FormFields named = fields;
  named.replace("key", key_text);
  TRY(check_post_policy(policy, named, call.bucket().str(), service.clock.now()));
  return policy;
}

S3Result<Key> read_key(const std::string& key_text) {
  auto key = Key::parse(key_text);
  if (!key && key.error().code == ErrorCode::too_large) return refuse(S3Error::key_too_long);
  if (!key)
    return refuse(S3Error::invalid_argument,
                  "Bucket POST must contain a field named 'key', UTF-8 without NUL.");
  return *std::move(key);
}

/// The fields that a PUT would have as headers.
S3Result<http::Headers> headers_of(const FormFields& fields) {
  http::Headers headers;
  for (const auto& [name, value] : fields) {
    if (!is_name(name)) return refuse(S3Error::invalid_argument, "A field's name is not valid.");
    if (std::ranges::find(kNoHeaders, name) != kNoHeaders.end()) continue;
    // It comes back as a header of the object one day.
    if (!is_header_value(value))
      return refuse(S3Error::invalid_argument, "The field '" + name + "' has a control character.");
    headers.add(name == "acl" ? "x-amz-acl" : name, value);
  }
  return headers;
}

/// Anything else than an http(s) URL is as if it were not there, as S3 has it.
std::string read_redirect(const FormFields& fields) {
  const std::string* given = fields.find("success_action_redirect");
  if (given == nullptr) given = fields.find("redirect");
  if (given == nullptr || !is_header_value(*given)) return {};
  const bool is_url = given->starts_with("https://") || given->starts_with("http://");
  return is_url ? *given : std::string();
}

int read_success_status(const FormFields& fields) {
  const std::string_view text = fields.text("success_action_status");
  if (text == "200") return 200;
  return text == "201" ? 201 : 204;
}

}  // namespace

Task<S3Result<PostForm>> parse_post_form(const FormFields& fields, const std::string& file_name,
                                         const S3Service& service, const S3Call& call) {
  CO_TRY_LET(Caller caller, co_await authenticate_form(fields, service, call));
  const std::string key_text = with_file_name(std::string(fields.text("key")), file_name);
  PostPolicy policy;  // Whoever signs nothing is bound by the bucket's policy alone.
  if (!caller.is_anonymous()) {
    CO_TRY_LET(policy, read_bound_policy(fields, file_name, key_text, service, call));
  }
  CO_TRY_LET(Key key, read_key(key_text));
  CO_TRY_LET(const http::Headers headers, headers_of(fields));
  CO_TRY_LET(auto md5_hex, parse_content_md5(headers));
  CO_TRY_LET(const auto claimed, parse_checksum_header(headers));
  std::optional<ContentChecksum> checksum;
  if (claimed) checksum = {.kind = claimed->kind, .base64 = claimed->base64.value_or("")};
  CO_TRY_LET(PutOptions options,
             parse_put_options(headers, {.principal = caller.access_key_id,
                                         .remote_address = call.request.remote_address,
                                         .request_id = call.request.id,
                                         .presigned = caller.presigned,
                                         .by = WrittenBy::post}));
  if (const std::string* tagging = fields.find("tagging")) {
    CO_TRY_LET(options.tags, parse_tagging_document(*tagging));
  }
  co_return PostForm{.caller = std::move(caller),
                     .key = std::move(key),
                     .options = std::move(options),
                     .md5_hex = std::move(md5_hex),
                     .checksum = std::move(checksum),
                     .size_min = policy.size_min,
                     .size_max = policy.size_max,
                     .success_status = read_success_status(fields),
                     .success_redirect = read_redirect(fields)};
}

}  // namespace tintype::bucket
