#pragma once

#include <chrono>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "base/blocking_pool.h"
#include "base/clock.h"
#include "bucket/multiparts.h"
#include "bucket/naming.h"
#include "http/message.h"
#include "http/problem.h"
#include "upload/presigner.h"
#include "upload/slot_opener.h"
#include "upload/slots.h"
#include "upload/upload_request.h"

namespace tintype::upload {

/// What upload answers at the gateway: slots with what is presigned for them, their parts, their
/// end, and how far an upload is. Thread-safe.
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
  /// All that is referred to must outlive it.
  Api(Options options, Slots& slots, bucket::Multiparts& multiparts, BlockingPool& pool,
      const Clock& clock);

  /// POST <policy.route>: one file or several to slots and what is presigned for them.
  Task<http::Response> key_upload(http::Request& request, const Policy& policy,
                                  const bucket::Owner& owner);
  /// GET /uploads/{id}: JSON, or with Accept: text/event-stream each change as it happens. The id
  /// is the right to ask: it has 80 random bits and only its owner was told it.
  Task<http::Response> status(http::Request& request, std::string id);

  // The rest is for the slot's owner; to anybody else there is no such upload (404).

  /// DELETE /uploads/{id}: a slot that waits ends here and now.
  Task<http::Response> cancel(http::Request& request, std::string id, const bucket::Owner& owner);
  /// POST /uploads/{id}/parts: {"numbers":[1,2]} to {"parts":[...]}, a presigned PUT for each.
  Task<http::Response> sign_parts(http::Request& request, std::string id,
                                  const bucket::Owner& owner);
  /// GET /uploads/{id}/parts/{number}: the same of one.
  Task<http::Response> sign_part(http::Request& request, std::string id, std::string number,
                                 const bucket::Owner& owner);
  /// GET /uploads/{id}/parts: those that arrived, as S3 names them.
  Task<http::Response> list_parts(http::Request& request, std::string id,
                                  const bucket::Owner& owner);
  /// POST /uploads/{id}/complete: the parts to an object. Again is no change.
  Task<http::Response> complete(http::Request& request, std::string id, const bucket::Owner& owner);

  /// Aborts the parts of slots that ended without an object: how many. Blocks; for a timer.
  Result<std::int64_t> sweep_parts();

 private:
  class Turn;
  struct Files;
  using OwnSlot = std::expected<Slot, http::Problem>;

  Files prepare(const UploadRequests& requests, const Policy& policy,
                const bucket::Owner& owner) const;
  Result<Slots::Opened> open(std::vector<Slot> slots, const Policy& policy,
                             const std::optional<IdempotencyKey>& idempotency);
  http::Response answer(http::Request& request, const Policy& policy, const Files& files,
                        const Slots::Opened& opened) const;
  Task<OwnSlot> own_multipart(const http::Request& request, const std::string& id,
                              const bucket::Owner& owner);
  Task<OwnSlot> waiting_multipart(const http::Request& request, const std::string& id,
                                  const bucket::Owner& owner);
  http::Response answer_parts(http::Request& request, const Slot& slot,
                              const std::vector<std::int64_t>& numbers) const;
  Result<bucket::ObjectInfo> join(const Slot& slot, const std::vector<bucket::PartInfo>& parts,
                                  const http::Request& request);
  http::Response completed(const Slot& slot) const;
  Status abort_parts(const Slot& slot);
  Task<Status> stream(std::string id, http::BodyWriter& writer);

  const Options options_;
  const Presigner presigner_;
  Slots& slots_;
  bucket::Multiparts& multiparts_;
  BlockingPool& pool_;
  const Clock& clock_;
  SlotOpener opener_;
  std::mutex mutex_;             // Guards turns_.
  std::set<std::string> turns_;  // The idempotency keys that are at work in this process.
};

/// The status document: {"upload_id","state","reason"?,"detail"?,"assets"?}. `corrupt` if the
/// slot's assets are not what function::assets_to_json makes.
Result<std::string> status_json(const Slot& slot, std::string_view edge_url);

}  // namespace tintype::upload
