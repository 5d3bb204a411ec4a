#include "upload/presigner.h"

#include <boost/json.hpp>
#include <utility>

#include "base/assert.h"
#include "base/text.h"

namespace tintype::upload {

namespace {

namespace json = boost::json;

/// A signature's time has whole seconds and is rounded down: it ends before the slot does.
std::chrono::seconds whole_seconds(std::chrono::milliseconds time) {
  return std::chrono::floor<std::chrono::seconds>(time);
}

/// What a form may hold and must: the same as what a PUT's signature binds.
std::string policy_json(const Slot& slot, const json::object& fields) {
  json::array conditions = {json::object{{"bucket", slot.bucket.str()}},
                            json::array{"content-length-range", slot.size.value_or(1),
                                        slot.size.value_or(slot.size_max)}};
  for (const auto& [name, value] : fields)
    conditions.push_back(json::array{"eq", "$" + std::string(name), value});
  return json::serialize(json::object{{"expiration", to_rfc3339(slot.expires_at)},
                                      {"conditions", std::move(conditions)}});
}

}  // namespace

Presigner::Presigner(Options options)
    : s3_url_(std::move(options.s3_url)),
      uploads_url_(std::move(options.gateway_url) + "/uploads/"),
      signer_({.access_key_id = std::move(options.access_key_id),
               .secret = std::move(options.secret_access_key),
               .session_token = {}},
              {.region = std::move(options.region), .service = "s3"}) {
  ASSERT(!s3_url_.ends_with('/'));
}

std::string Presigner::object_url(const Slot& slot) const {
  return s3_url_ + "/" + slot.bucket.str() + "/" + percent_encode(slot.key.str(), Slash::keep);
}

Result<std::string> Presigner::put_url(const Slot& slot) const {
  sigv4::Presign presign{
      .method = "PUT",
      .origin = s3_url_,
      .path = "/" + slot.bucket.str() + "/" + percent_encode(slot.key.str(), Slash::keep),
      .query = {},
      .headers = {{"content-type", slot.content_type}},
      .expires = whole_seconds(slot.expires_at - slot.created_at)};
  if (slot.size) presign.headers.emplace_back("content-length", std::to_string(*slot.size));
  return signer_.presign(presign, slot.created_at);
}

json::object Presigner::form_fields(const Slot& slot) const {
  // 201 rather than 204: its body tells an upload widget where the object is.
  json::object fields = {{"key", slot.key.str()},
                         {"Content-Type", slot.content_type},
                         {"success_action_status", "201"}};
  for (auto& [name, value] : signer_.policy_fields(slot.created_at))
    fields.emplace(name, std::move(value));
  const std::string policy = to_base64(as_bytes(policy_json(slot, fields)));
  fields["policy"] = policy;
  fields["x-amz-signature"] = signer_.sign_policy(policy, slot.created_at);
  return fields;
}

Result<json::object> Presigner::answer(const Slot& slot) const {
  json::object answer;
  const std::string own_url = uploads_url_ + slot.id;
  switch (slot.method) {
    case Method::put: {
      TRY_LET(answer["url"], put_url(slot));
      answer["method"] = "PUT";
      // Content-Length is signed where the size is known, and yet not listed: a browser sets it
      // itself and lets nobody else do so (Fetch, forbidden request-header).
      answer["headers"] = {{"Content-Type", slot.content_type}};
      break;
    }
    case Method::post:
      answer["url"] = s3_url_ + "/" + slot.bucket.str();
      answer["method"] = "POST";
      answer["fields"] = form_fields(slot);
      break;
    case Method::multipart:
      answer["method"] = "MULTIPART";
      answer["part_size"] = slot.part_size;
      answer["part_count"] = part_count(slot);
      answer["parts_url"] = own_url + "/parts";
      answer["complete_url"] = own_url + "/complete";
      answer["uploadId"] = slot.id;  // As S3's own clients and Uppy call it.
      break;
  }
  answer["key"] = slot.key.str();
  answer["upload_id"] = slot.id;
  answer["expires_at"] = to_rfc3339(slot.expires_at);
  answer["status_url"] = own_url;
  return answer;
}

Result<json::object> Presigner::part(const Slot& slot, std::int64_t number, Instant now) const {
  const std::int64_t size = part_size(slot, number);
  const auto expires = whole_seconds(std::min(kPartTtl, slot.expires_at - now));
  TRY_LET(std::string url,
          signer_.presign(
              {.method = "PUT",
               .origin = s3_url_,
               .path = "/" + slot.bucket.str() + "/" + percent_encode(slot.key.str(), Slash::keep),
               .query = {{"partNumber", std::to_string(number)}, {"uploadId", slot.multipart_id}},
               .headers = {{"content-length", std::to_string(size)}},
               .expires = std::max(expires, std::chrono::seconds(1))},
              now));
  return json::object{{"number", number},
                      {"size", size},
                      {"url", std::move(url)},
                      {"headers", json::object()},
                      {"expires_at", to_rfc3339(now + expires)}};
}

}  // namespace tintype::upload
