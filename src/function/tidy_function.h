// The tidy function of a collection: what nobody needs any more is removed, once for every upload
// that ended, some time after its end.
//
// The image function orders it in the transaction that ends an upload, whatever the end. So as long
// as there may be something to tidy there is an invocation on disk that will do it, and no crash
// leaves anything lying about for ever:
//
//   what is left over                         by                              how it goes
//   the source                                a crash before its deletion     named by the event
//   assets of the manifest that was replaced  the swap                        no manifest names
//   them assets of an attempt that came to naught  a crash, a lost race, a defect  no manifest
//   names them
//
// Assets that are named are never touched, nor those written a moment ago (kAssetUntouched).
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "bucket/naming.h"
#include "bucket/store.h"
#include "event/queue.h"
#include "function/collection.h"
#include "function/function.h"
#include "function/manifest.h"

namespace tintype::function {

/// Thread-safe.
class TidyFunction final : public Function {
 public:
  struct Parts {
    bucket::Store& store;   ///< Of uploads,
    bucket::Store& assets;  ///< and of assets: the same, or another one.
    bucket::BucketName assets_bucket;
    sql::Database& database;
    event::Queue& queue;
    Manifests& manifests;
    const Clock& clock;
  };
  TidyFunction(Collection collection, Parts parts);

  const std::string& name() const override { return name_; }
  Status run(const event::Lease& lease) override;
  Status buried(sql::Session& session, const event::Lease& lease, const Error& reason) override;

 private:
  Status remove_source(const event::Record& record);
  /// When to come again, if it is too early.
  Result<std::optional<Instant>> remove_assets(const bucket::UploadPlace& place,
                                               const event::Record& record, Instant now);
  using Names = std::set<std::string, std::less<>>;
  Status remove_unnamed(const bucket::Owner& owner, const Names& named, Instant now);

  const Collection collection_;
  const std::string name_;
  Parts parts_;
};

/// "tidy:avatars", the name of the tidy function of a collection.
std::string tidy_function_name(std::string_view collection);

/// Orders the tidying after the upload that `record` tells of, in the caller's transaction.
Status order_tidying(sql::Session& session, event::Queue& queue, std::string_view collection,
                     const event::Record& record, Instant due_at);

}  // namespace tintype::function
