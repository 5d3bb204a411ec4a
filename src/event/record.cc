#include "event/record.h"

#include <algorithm>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "bucket/name.h"

namespace tintype::event {
namespace {

namespace json = boost::json;

std::unexpected<Error> invalid(std::string_view what) {
  return fail(ErrorCode::invalid_argument, "event record: " + std::string(what));
}

/// As HTML forms encode, except that '/' stays: how S3 spells keys in events.
std::string form_encode(std::string_view text) {
  const std::string encoded = percent_encode(text, Slash::keep);
  std::string result;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    if (encoded.compare(i, 3, "%20") == 0) {
      result += '+';
      i += 2;
    } else {
      result += encoded[i];
    }
  }
  return result;
}

Result<std::string> form_decode(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return percent_decode(spaced);
}

/// The member, or null where it is missing or null itself: senders leave out what they do not know.
const json::value* member(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Result<std::string> text_member(const json::object& object, std::string_view name) {
  const json::value* const value = member(object, name);
  if (value == nullptr) return std::string();
  if (!value->is_string()) return invalid(std::string(name) + " is no text");
  return std::string(value->get_string());
}

Result<json::object> object_member(const json::object& object, std::string_view name) {
  const json::value* const value = member(object, name);
  if (value == nullptr) return json::object();
  if (!value->is_object()) return invalid(std::string(name) + " is no object");
  return value->get_object();
}

Result<std::uint64_t> size_member(const json::object& object) {
  const json::value* const value = member(object, "size");
  if (value == nullptr) return 0;
  boost::system::error_code error;
  const auto size = value->to_number<std::uint64_t>(error);
  if (error) return invalid("size is no number of bytes");
  return size;
}

Result<Instant> time_member(const json::object& object) {
  TRY_LET(const std::string text, text_member(object, "eventTime"));
  if (text.empty()) return Instant();
  return parse_rfc3339(text);
}

/// "2.5": another major version means another meaning, another minor one only more fields.
Status check_version(const json::object& object) {
  TRY_LET(const std::string version, text_member(object, "eventVersion"));
  if (version.empty() || version.starts_with("2.")) return {};
  return invalid("version is not 2.x");
}

/// The s3 part: which object.
Status read_object(const json::object& part, Record& record) {
  TRY_LET(const json::object bucket, object_member(part, "bucket"));
  TRY_LET(const json::object object, object_member(part, "object"));
  TRY_LET(const std::string configuration_id, text_member(part, "configurationId"));
  if (!configuration_id.empty()) record.configuration_id = configuration_id;
  TRY_LET(record.bucket, text_member(bucket, "name"));
  TRY_LET(const std::string key, text_member(object, "key"));
  // Ceph sends its keys raw. Those who read from Ceph need a switch per source: nothing in the
  // record tells one spelling from the other ("a+b").
  TRY_LET(record.key, form_decode(key));
  TRY_LET(record.size, size_member(object));
  TRY_LET(record.etag, text_member(object, "eTag"));
  TRY_LET(record.sequencer, text_member(object, "sequencer"));
  TRY_LET(record.version_id, text_member(object, "versionId"));
  if (record.bucket.empty()) return invalid("names no bucket");
  if (!bucket::Key::parse(record.key)) return invalid("names no object");
  return {};
}

Result<Record> read_record(const json::object& root) {
  TRY(check_version(root));
  Record record;
  TRY_LET(record.name, text_member(root, "eventName"));
  if (record.name.starts_with("s3:")) record.name.erase(0, 3);
  if (record.name.empty()) return invalid("has no eventName");
  TRY_LET(record.region, text_member(root, "awsRegion"));
  TRY_LET(record.time, time_member(root));
  TRY_LET(const json::object identity, object_member(root, "userIdentity"));
  TRY_LET(record.principal, text_member(identity, "principalId"));
  TRY_LET(const json::object request, object_member(root, "requestParameters"));
  TRY_LET(record.remote_address, text_member(request, "sourceIPAddress"));
  TRY_LET(const json::object response, object_member(root, "responseElements"));
  TRY_LET(record.request_id, text_member(response, "x-amz-request-id"));
  TRY_LET(const json::object part, object_member(root, "s3"));
  TRY(read_object(part, record));
  return record;
}

Result<json::object> parse_object(std::string_view text) {
  if (text.size() > kNotificationSizeMax)
    return fail(ErrorCode::too_large, "event record: over the size limit");
  return within("event record", parse_json_object(text));
}

}  // namespace

std::string to_json(const Record& record) {
  const json::object bucket = {{"name", record.bucket},
                               {"ownerIdentity", {{"principalId", "tintype"}}},
                               {"arn", "arn:aws:s3:::" + record.bucket}};
  json::object object = {{"key", form_encode(record.key)}};
  if (!record.etag.empty()) {
    object.emplace("size", record.size);
    object.emplace("eTag", record.etag);
  }
  if (!record.version_id.empty()) object.emplace("versionId", record.version_id);
  object.emplace("sequencer", record.sequencer);
  const json::object root = {
      {"eventVersion", "2.5"},
      {"eventSource", "aws:s3"},
      {"awsRegion", record.region},
      {"eventTime", to_rfc3339(record.time)},
      {"eventName", record.name},
      {"userIdentity", {{"principalId", record.principal}}},
      {"requestParameters", {{"sourceIPAddress", record.remote_address}}},
      {"responseElements", {{"x-amz-request-id", record.request_id}}},
      {"s3",
       {{"s3SchemaVersion", "1.0"},
        {"configurationId", record.configuration_id},
        {"bucket", bucket},
        {"object", object}}},
  };
  return json::serialize(root);
}

std::string to_notification(const Record& record) {
  return R"({"Records":[)" + to_json(record) + "]}";
}

Result<std::vector<Record>> parse_notification(std::string_view text) {
  TRY_LET(const json::object notification, parse_object(text));
  const json::value* const records = notification.if_contains("Records");
  if (records == nullptr) {
    // What AWS sends once, when a notification is set up: {"Service":..,"Event":"s3:TestEvent",..}.
    const json::value* const event = notification.if_contains("Event");
    if (event != nullptr && *event == json::value("s3:TestEvent")) return std::vector<Record>();
    return invalid("has no Records");
  }
  if (!records->is_array()) return invalid("Records is no array");
  std::vector<Record> result;
  for (const json::value& value : records->get_array()) {
    if (!value.is_object()) return invalid("is no object");
    TRY_LET(result.emplace_back(), read_record(value.get_object()));
  }
  return result;
}

Result<Record> parse_record(std::string_view text) {
  TRY_LET(const json::object root, parse_object(text));
  return read_record(root);
}

std::strong_ordering compare_sequencers(std::string_view a, std::string_view b) {
  const std::size_t size = std::max(a.size(), b.size());
  for (std::size_t i = 0; i < size; ++i) {
    const auto left = static_cast<unsigned char>(i < a.size() ? a[i] : '0');
    const auto right = static_cast<unsigned char>(i < b.size() ? b[i] : '0');
    if (left != right) return left <=> right;
  }
  return std::strong_ordering::equal;
}

}  // namespace tintype::event
