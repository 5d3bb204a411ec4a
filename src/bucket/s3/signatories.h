#pragma once

#include <map>
#include <memory>
#include <string>

#include "bucket/identity/identities.h"
#include "bucket/s3/remembered.h"

namespace tintype::bucket {

/// Who signs with which access key: the node itself with those it was started with, others with
/// those of `identities`. Thread-safe; what it is given must outlive it.
class Signatories {
 public:
  Signatories(const std::map<std::string, Secret>& keys_of_node, Identities& identities,
              BlockingPool& pool, const Clock& clock);

  /// Null if nobody has that key.
  Task<Result<std::shared_ptr<const Signatory>>> find(const std::string& access_key_id);

 private:
  std::map<std::string, std::shared_ptr<const Signatory>> of_node_;
  Remembered<std::string, Signatory> others_;
};

}  // namespace tintype::bucket
