#include "upload/api.h"

#include <boost/json.hpp>
#include <chrono>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "base/text.h"
#include "http/problem.h"
#include "sigv4/sign.h"
#include "upload/upload_request.h"

namespace tintype::upload {

namespace {

namespace json = boost::json;

constexpr std::size_t kBodySizeMax = 4 * 1024;

std::string listed(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + text;
  return list;
}

/// "15 MiB (15728640 bytes)", or only the bytes.
std::string size_text(std::int64_t size) {
  constexpr std::int64_t kMebibyte = 1 << 20;
  const std::string text = std::to_string(size) + " bytes";
  if (size % kMebibyte != 0) return text;
  return std::to_string(size / kMebibyte) + " MiB (" + text + ")";
}

/// The problem of a request that asked for what cannot be had.
http::Response refusal(const Error& error, const Policy& policy, const http::Request& request) {
  const auto problem = [&](int status, std::string code, std::string detail) {
    return http::problem_response(
        {.status = status, .code = std::move(code), .detail = std::move(detail)}, request);
  };
  if (error.code == ErrorCode::invalid_argument)
    return problem(400, "invalid_request", error.message);
  if (error.code == ErrorCode::too_large)
    return problem(413, "too_large", "At most " + size_text(policy.size_max) + " can be uploaded.");
  if (error.code == ErrorCode::unsupported)
    return problem(
        415, "unsupported_media_type",
        "Files of this type cannot be uploaded. These can: " + listed(policy.types) + ".");
  if (error.code == ErrorCode::conflict) {
    auto response = problem(429, "too_many_slots",
                            "Too many uploads were begun and not finished. Finish one, or wait "
                            "until they expire.");
    response.headers.set(
        "Retry-After",
        std::to_string(std::chrono::ceil<std::chrono::seconds>(policy.slot_ttl).count()));
    return response;
  }
  log(LogLevel::error, "slot could not be opened",
      {{"request", request.id}, {"reason", error.message}});
  return http::problem_response(error, request);
}

}  // namespace

Api::Api(Options options, Slots& slots, BlockingPool& pool, const Clock& clock)
    : options_(std::move(options)), slots_(slots), pool_(pool), clock_(clock) {
  ASSERT(!options_.s3_url.ends_with('/'));
  ASSERT(options_.ping_interval.count() > 0);
}

Result<std::string> Api::presigned_url(const Slot& slot) const {
  sigv4::Presign presign{
      .method = "PUT",
      .origin = options_.s3_url,
      .path = "/" + slot.bucket.str() + "/" + percent_encode(slot.key.str(), Slash::keep),
      .query = {},
      .headers = {{"content-type", slot.content_type}},
      // A signature's time has whole seconds and is rounded down: the URL ends before the slot
      // does.
      .expires = std::chrono::floor<std::chrono::seconds>(slot.expires_at - slot.created_at)};
  if (slot.size) presign.headers.emplace_back("content-length", std::to_string(*slot.size));
  return sigv4::presign(presign,
                        {.access_key_id = options_.access_key_id,
                         .secret = options_.secret_access_key,
                         .session_token = {}},
                        {.region = options_.region, .service = "s3"}, slot.created_at);
}

Task<http::Response> Api::key_upload(http::Request& request, const Policy& policy,
                                     const bucket::Owner& owner) {
  const auto body = co_await http::read_all(*request.body, kBodySizeMax);
  if (!body) co_return http::problem_response(body.error(), request);
  const auto wanted = parse_upload_request(*body);
  if (!wanted) co_return refusal(wanted.error(), policy, request);

  const auto slot = co_await pool_.run([&] {
    return slots_.open({.policy = policy,
                        .owner = owner,
                        .bucket = options_.bucket,
                        .content_type = wanted->content_type,
                        .size = wanted->size});
  });
  if (!slot) co_return refusal(slot.error(), policy, request);
  const auto url = presigned_url(*slot);
  if (!url) co_return refusal(Error{ErrorCode::internal, url.error().message}, policy, request);

  // Content-Length is signed where the size is known, and yet not listed: a browser sets it itself
  // and lets nobody else do so (Fetch, forbidden request-header).
  const json::object answer = {
      {"url", *url},
      {"method", "PUT"},
      {"headers", {{"Content-Type", slot->content_type}}},
      {"key", slot->key.str()},
      {"upload_id", slot->id},
      {"expires_at", to_rfc3339(slot->expires_at)},
      {"status_url", options_.gateway_url + "/uploads/" + slot->id},
  };
  log(LogLevel::info, "slot opened",
      {{"request", request.id}, {"upload", slot->id}, {"collection", policy.collection}});
  auto response = http::json_response(200, json::serialize(answer));
  response.headers.set("Cache-Control", "no-store");  // The URL is a right to write.
  co_return response;
}

}  // namespace tintype::upload
