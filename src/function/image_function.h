// The image function of a collection: source in, assets and manifest out.
//
//   open the source ▶ render in a worker ▶ put the assets under content-hashed keys ▶
//   [ complete the invocation + swap the manifest + tell the slot + order the tidying,
//     one transaction ] ▶ delete the source
//
// Each step may be the last one before a crash; doing it all again ends in the same state, and what
// a crash leaves lying about the tidying finds (tidy_function.h).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/blocking_pool.h"
#include "bucket/store.h"
#include "event/queue.h"
#include "function/collection.h"
#include "function/function.h"
#include "function/manifest.h"
#include "function/progress.h"
#include "worker/pool.h"

namespace tintype::function {

/// Thread-safe.
class ImageFunction final : public Function {
 public:
  struct Parts {
    bucket::Store& store;   ///< Of uploads,
    bucket::Store& assets;  ///< and of assets: the same, or another one.
    bucket::BucketName assets_bucket;
    worker::Pool& workers;
    BlockingPool& pool;
    sql::Database& database;
    event::Queue& queue;
    Manifests& manifests;
    Progress& progress;
    const Clock& clock;
  };
  ImageFunction(Collection collection, Parts parts);

  const std::string& name() const override { return name_; }
  Status leased(sql::Session& session, const event::Lease& lease) override;
  Status run(const event::Lease& lease) override;
  Status buried(sql::Session& session, const event::Lease& lease, const Error& reason) override;
  void settled(const event::Lease& lease) override;

 private:
  struct Attempt;
  using Effect = std::function<Status(sql::Session&)>;

  Result<Attempt> begin(const event::Lease& lease) const;
  Result<worker::JobResult> render(const Attempt& attempt, bucket::Content& source);
  Result<std::vector<Asset>> put_assets(const Attempt& attempt, const worker::JobResult& rendered);
  Status put_asset(const Attempt& attempt, const Asset& asset, const worker::Variant& content);
  Status publish(const Attempt& attempt, const std::vector<Asset>& assets);
  Status supersede(const Attempt& attempt);
  Status end(const Attempt& attempt, const Effect& effect);
  void remove_source(const Attempt& attempt);

  const Collection collection_;
  const std::string name_;
  Parts parts_;
};

/// "image:avatars", the name of the image function of a collection.
std::string image_function_name(std::string_view collection);

}  // namespace tintype::function
