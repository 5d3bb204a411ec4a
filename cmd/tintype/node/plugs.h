// Where news flow against the direction of includes: small adapters between two stages, each of
// which knows only its own side.
#pragma once

#include "edge/edge.h"
#include "function/manifest.h"
#include "function/progress.h"
#include "upload/slots.h"

namespace tintype {

/// An invocation tells its slot how far it is.
class SlotProgress final : public function::Progress {
 public:
  explicit SlotProgress(upload::Slots& slots) : slots_(slots) {}

  Status processing(sql::Session& session, std::string_view upload_id) override {
    return slots_.move(session, upload_id, upload::State::processing);
  }
  Status ready(sql::Session& session, std::string_view upload_id,
               const std::vector<function::Asset>& assets) override {
    return slots_.move(session, upload_id, upload::State::ready, "",
                       function::assets_to_json(assets));
  }
  Status failed(sql::Session& session, std::string_view upload_id, ErrorCode code) override {
    return slots_.move(session, upload_id, upload::State::failed, to_string(code));
  }
  Status superseded(sql::Session& session, std::string_view upload_id) override {
    return slots_.move(session, upload_id, upload::State::superseded);
  }
  void told(std::string_view upload_id) override { slots_.changed(upload_id); }

 private:
  upload::Slots& slots_;
};

/// The edge asks the manifests what an owner's picture is now.
class ManifestCatalog final : public edge::Catalog {
 public:
  explicit ManifestCatalog(function::Manifests& manifests) : manifests_(manifests) {}

  Result<std::vector<edge::CurrentAsset>> current(std::string_view collection,
                                                  const bucket::Owner& owner,
                                                  std::string_view variant) override;

 private:
  function::Manifests& manifests_;
};

}  // namespace tintype
