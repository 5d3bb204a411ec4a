#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "stack/sections.h"

namespace tintype {
namespace {

Result<bucket::BucketName> read_bucket(const config::Table& table, std::string_view key,
                                       const std::string& missing) {
  TRY_LET(const std::string text, table.text(key, missing));
  auto name = bucket::BucketName::parse(text);
  if (!name)
    return table.error(key,
                       fmt::format("'{}' is no bucket name; write 3 to 63 of a-z 0-9 . -", text));
  return name;
}

}  // namespace

Result<Buckets> read_buckets(const config::Table& root, const std::string& stack_name) {
  TRY_LET(const config::Table table, root.table("buckets"));
  TRY_LET(auto uploads, read_bucket(table, "uploads", stack_name + "-uploads"));
  TRY_LET(auto assets, read_bucket(table, "assets", stack_name + "-assets"));
  // The function's output must lie outside its trigger's scope, or each asset would be a new event.
  if (uploads == assets)
    return table.error("assets",
                       "the same bucket as uploads, so that every asset would trigger the "
                       "function again; name another one");
  TRY_LET(const bool signature_v2, table.boolean("signature_v2", true));
  TRY_LET(const std::int64_t disk_free_min,
          table.size_bytes("disk_free_min", {0, 1LL << 50}, 64 << 20));
  TRY_LET(const std::int64_t cache, table.size_bytes("cache_max", {0, 1LL << 40}, 32 << 20));
  return Buckets{.uploads = std::move(uploads),
                 .assets = std::move(assets),
                 .signature_v2 = signature_v2,
                 .disk_free_min = static_cast<std::uint64_t>(disk_free_min),
                 .cache_bytes_max = static_cast<std::size_t>(cache)};
}

}  // namespace tintype
