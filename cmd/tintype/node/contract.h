#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tintype {

/// docs/api/openapi.json, compiled in.
extern const std::string_view kContractDocument;

/// A collection, as the contract shows it.
struct ContractCollection {
  std::string name;   ///< "avatars"
  std::string route;  ///< "/avatars/key_upload", which a stack file may choose.
};

/// The contract of one stack: each path that begins with /{collection}/ becomes one per collection.
/// `internal` if the document is not what that needs.
Result<std::string> contract_of(std::string_view document,
                                const std::vector<ContractCollection>& collections);

}  // namespace tintype
