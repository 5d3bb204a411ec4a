#include <utility>

#include "bucket/remote/account_settings.h"
#include "stack/sections.h"

namespace tintype {

Result<std::optional<bucket::RemoteAccount>> read_assets_account(const config::Table& root) {
  TRY_LET(const config::Table buckets, root.table("buckets"));
  TRY_LET(const std::string wanted, buckets.text("assets_at", ""));
  std::optional<bucket::RemoteAccount> found;
  TRY_LET(const auto tables, root.named_tables("remote"));
  for (const auto& [name, table] : tables) {
    TRY_LET(auto account, bucket::read_account(name, table));
    if (name == wanted) found = std::move(account);
  }
  if (!wanted.empty() && !found)
    return buckets.error("assets_at", "there is no [remote." + wanted + "]; write one");
  return found;
}

}  // namespace tintype
