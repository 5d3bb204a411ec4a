#pragma once

#include <boost/json/fwd.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "sigv4/sign.h"
#include "upload/slots.h"

namespace tintype::upload {

/// Turns a slot into what its owner may send to the bucket. Thread-safe.
class Presigner {
 public:
  struct Options {
    std::string s3_url;       ///< As browsers reach it, without a slash at the end.
    std::string gateway_url;  ///< Likewise.
    std::string region;
    std::string access_key_id;
    Secret secret_access_key;
  };
  explicit Presigner(Options options);

  /// What the answer to a slot is: {"method","key","upload_id","expires_at","status_url"} and, by
  /// method, {"url","headers"}, {"url","fields"} or {"part_size","part_count","parts_url",
  /// "complete_url","uploadId"}.
  Result<boost::json::object> answer(const Slot& slot) const;

  /// The PUT of one part: {"number","size","url","headers","expires_at"}, good for kPartTtl from
  /// `now` or as long as the slot. REQUIRES: a part of the slot, which has not expired.
  static constexpr std::chrono::milliseconds kPartTtl = std::chrono::hours(1);
  Result<boost::json::object> part(const Slot& slot, std::int64_t number, Instant now) const;

  /// Where the object will be.
  std::string object_url(const Slot& slot) const;

 private:
  Result<std::string> put_url(const Slot& slot) const;
  boost::json::object form_fields(const Slot& slot) const;

  const std::string s3_url_;
  const std::string uploads_url_;
  const sigv4::Signer signer_;
};

}  // namespace tintype::upload
