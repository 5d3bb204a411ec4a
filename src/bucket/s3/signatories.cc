#include "bucket/s3/signatories.h"

namespace tintype::bucket {

Signatories::Signatories(const std::map<std::string, Secret>& keys_of_node, Identities& identities,
                         BlockingPool& pool, const Clock& clock)
    : others_([&identities](const std::string& id) { return identities.find(id); }, pool, clock) {
  const BucketOwner node{.id = std::string(kNodeOwner), .display_name = std::string(kNodeOwner)};
  for (const auto& [id, secret] : keys_of_node)
    of_node_.emplace(id,
                     std::make_shared<const Signatory>(Signatory{.identity = {.access_key_id = id,
                                                                              .owner = node,
                                                                              .may_create = true,
                                                                              .rights = {},
                                                                              .created_at = {}},
                                                                 .secret = secret}));
}

Task<Result<std::shared_ptr<const Signatory>>> Signatories::find(const std::string& access_key_id) {
  if (const auto own = of_node_.find(access_key_id); own != of_node_.end()) co_return own->second;
  co_return co_await others_.get(access_key_id);
}

}  // namespace tintype::bucket
