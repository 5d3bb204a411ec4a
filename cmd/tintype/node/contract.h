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

/// What of a stack the contract depends on.
struct ContractStack {
  std::vector<ContractCollection> collections;
  bool embedded_issuer = true;  ///< Else nobody signs in here.
};

/// The contract of one stack: each path that begins with /{collection}/ becomes one per collection,
/// and what is tagged `identity` is there only with the embedded issuer. `internal` if the document
/// is not what that needs.
Result<std::string> contract_of(std::string_view document, const ContractStack& stack);

}  // namespace tintype
