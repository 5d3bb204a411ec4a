#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace tintype::event {

/// One record of an S3 event notification, with what our stages need.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
struct Record {
  std::string name = {};  ///< "ObjectCreated:Put", without the "s3:" that some senders add.
  std::string bucket = {};
  std::string key = {};  ///< Decoded: "a b/ü.jpg", not "a+b%2F...".
  std::uint64_t size = 0;
  std::string etag = {};
  std::string sequencer = {};  ///< Hexadecimal; orders the events of one key.
  std::string principal = {};
  std::string remote_address = {};
  std::string request_id = {};
  std::string region = {};
  Instant time = {};
  std::string version_id = {};  ///< Empty: its bucket has no versions.
  /// Which rule of the bucket's notification configuration asked for it; "tintype": the stack file.
  std::string configuration_id = "tintype";
};

/// One record as AWS writes it (version 2.5; the key form-encoded). Without an ETag it is of no
/// content: its size is left out, too.
std::string to_json(const Record& record);
/// A notification of this one: {"Records":[...]}.
std::string to_notification(const Record& record);

inline constexpr std::size_t kNotificationSizeMax = 256 << 10;  // S3 sends 64 KB, SQS up to 256.

/// The records of one notification, {"Records":[...]}: every one of them, never the first alone. A
/// test event of AWS (s3:TestEvent) has none. Unknown fields are ignored and missing ones
/// tolerated; any version 2.x is understood. `invalid_argument` if it is no such document or one of
/// its records does not say what happened to which object; `too_large` over kNotificationSizeMax.
Result<std::vector<Record>> parse_notification(std::string_view json);
/// One record as to_json writes it.
Result<Record> parse_record(std::string_view json);

/// Orders sequencers as S3 says: the shorter one right-padded with zeros, then by bytes.
std::strong_ordering compare_sequencers(std::string_view a, std::string_view b);

}  // namespace tintype::event
