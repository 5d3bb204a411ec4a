#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/blocking_pool.h"
#include "base/clock.h"
#include "base/secret.h"
#include "bucket/naming.h"
#include "http/message.h"
#include "upload/slots.h"

namespace tintype::upload {

/// The two answers of upload: a presigned request for a slot, and how far an upload is.
/// Thread-safe.
class Api {
 public:
  struct Options {
    std::string s3_url;       ///< As browsers reach it, without a slash at the end.
    std::string gateway_url;  ///< For status_url.
    std::string edge_url;     ///< For the URLs of assets.
    std::string region;
    std::string access_key_id;  ///< Signs the presigned requests.
    Secret secret_access_key;
    bucket::BucketName bucket;  ///< Where uploads go.
    /// Between two signs of life on an event stream; the state is read again then too, for news
    /// of another node.
    std::chrono::milliseconds ping_interval{15'000};
  };
  Api(Options options, Slots& slots, BlockingPool& pool, const Clock& clock);

  /// POST <policy.route>: {"content_type","size"} or {"extension"} to a slot and its presigned PUT.
  Task<http::Response> key_upload(http::Request& request, const Policy& policy,
                                  const bucket::Owner& owner);
  /// GET /uploads/{id}: JSON, or with Accept: text/event-stream each change as it happens. The id
  /// is the right to ask: it has 80 random bits and only its owner was told it.
  Task<http::Response> status(http::Request& request, std::string id);

 private:
  Result<std::string> presigned_url(const Slot& slot) const;
  Task<Status> stream(std::string id, http::BodyWriter& writer);

  const Options options_;
  Slots& slots_;
  BlockingPool& pool_;
  const Clock& clock_;
};

/// The status document: {"upload_id","state","reason"?,"detail"?,"assets"?}. `corrupt` if the
/// slot's assets are not what function::assets_to_json makes.
Result<std::string> status_json(const Slot& slot, std::string_view edge_url);

}  // namespace tintype::upload
