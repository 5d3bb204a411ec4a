// What people needs of the stages that it must not know.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "bucket/multiparts.h"
#include "edge/asset_cache.h"
#include "event/queue.h"
#include "function/function.h"
#include "function/manifest.h"
#include "people/deletions.h"
#include "people/pictures.h"
#include "sql/database.h"

namespace tintype {

/// The manifests and the edge know the persons' pictures.
class PersonPictures final : public people::Pictures {
 public:
  PersonPictures(function::Manifests& manifests, std::string edge_url)
      : manifests_(manifests), edge_url_(std::move(edge_url)) {}

  Result<OfPersons> current(std::string_view collection,
                            const std::vector<std::string>& subs) override;
  std::string alias_url(std::string_view collection, std::string_view sub,
                        std::string_view variant) override;

 private:
  function::Manifests& manifests_;
  const std::string edge_url_;
};

/// The name of the function that goes on with the deletion of a person; what an invocation names.
inline constexpr std::string_view kDeletePerson = "delete:person";

/// Everything that the other stages keep of a person.
class PersonBelongings final : public people::Belongings {
 public:
  struct Parts {
    bucket::MultipartStore& store;
    bucket::Store* remote_assets;  ///< Null: assets are in `store`.
    bucket::BucketName uploads_bucket;
    bucket::BucketName assets_bucket;
    std::vector<std::string> collections;
    edge::AssetCache& edge_cache;
    function::Manifests& manifests;
    event::Queue& queue;
  };
  explicit PersonBelongings(Parts parts) : parts_(std::move(parts)) {}

  Status disown(sql::Session& session, std::string_view sub, Instant now) override;
  Status sign_out(sql::Session& session, std::string_view sub) override;
  Status order(sql::Session& session, std::string_view sub, Instant due_at) override;
  void ordered() override { parts_.queue.wake(); }
  Status remove_files(std::string_view sub) override;
  Status forget(sql::Session& session, std::string_view sub) override;

 private:
  Status remove_from(const bucket::BucketName& bucket, const std::string& owner_segment);
  Status remove_remote_assets(const std::string& owner_segment);

  Parts parts_;
};

/// What runs on the event of a deletion: one step, and the order of the next one in the same
/// transaction as its end.
class DeletePersonFunction final : public function::Function {
 public:
  struct Parts {
    people::Deletions& deletions;
    people::Belongings& belongings;
    sql::Database& database;
    event::Queue& queue;
    const Clock& clock;
  };
  explicit DeletePersonFunction(Parts parts) : name_(kDeletePerson), parts_(parts) {}

  const std::string& name() const override { return name_; }
  Status run(const event::Lease& lease) override;
  Status buried(sql::Session& session, const event::Lease& lease, const Error& reason) override;

 private:
  const std::string name_;
  Parts parts_;
};

}  // namespace tintype
