#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "bucket/naming.h"
#include "function/progress.h"
#include "sql/database.h"

namespace tintype::function {

/// The list of an owner's current assets in a collection, and the write that made it.
struct Manifest {
  std::string collection;
  bucket::Owner owner;
  std::string upload_id;
  std::string sequencer;  ///< Of the source's event. Never goes back.
  std::vector<Asset> assets;
  Instant updated_at;  ///< When it took its predecessor's place.
};

/// Whether the write behind `a` came after that behind `b`: by sequencer, as S3 says. S3 orders the
/// writes of one key only, and each upload has a key of its own: where two sequencers are equal the
/// upload ids decide, which sort as they were made.
std::strong_ordering compare_writes(const Manifest& a, const Manifest& b);

std::string assets_to_json(const std::vector<Asset>& assets);
Result<std::vector<Asset>> assets_from_json(std::string_view json);

/// The manifests, one row each. Thread-safe; blocks.
class Manifests {
 public:
  explicit Manifests(sql::Database& database) : database_(database) {}

  /// `not_found` if the owner has none.
  Result<Manifest> find(std::string_view collection, const bucket::Owner& owner);
  Result<Manifest> find(sql::Session& session, std::string_view collection,
                        const bucket::Owner& owner);

  /// Those of several owners, in one query; an owner that has none is not among them.
  Result<std::vector<Manifest>> find_all(std::string_view collection,
                                         const std::vector<std::string>& owners);

  /// Compare-and-swap on the sequencer, in the caller's transaction: `next` takes the place of an
  /// older one; the same write again is no change; `conflict` if a newer one is there. Returns the
  /// manifest that was replaced, if any. `unavailable` if others swap it all the time.
  Result<std::optional<Manifest>> swap(sql::Session& session, const Manifest& next);

  /// For an owner who is deleted, in the caller's transaction: nothing is current any more, and no
  /// write ever will be, however late it comes: an empty manifest of a write behind all others.
  Status close(sql::Session& session, std::string_view collection, const bucket::Owner& owner,
               Instant now);
  /// Deletes the owner's manifests of all collections, the closed ones too. Once nothing is on its
  /// way any more.
  Status forget(sql::Session& session, const bucket::Owner& owner);

 private:
  sql::Database& database_;
};

}  // namespace tintype::function
