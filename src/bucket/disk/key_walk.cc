#include "bucket/disk/key_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "bucket/disk/key_order.h"

namespace tintype::bucket {

namespace {

/// Rows fetched at once while common prefixes keep being found: each costs one seek of this many.
constexpr std::size_t kSeekRows = 8;

class Walk {
 public:
  Walk(WalkedRows& rows, const WalkQuery& query, WalkPlace start)
      : rows_(rows), query_(query), place_(std::move(start)) {}

  Result<WalkEnd> run() {
    if (query_.count_max == 0) return WalkEnd();
    start();
    std::size_t batch = query_.delimiter.empty() ? query_.count_max + 1 : kSeekRows;
    while (!done_) {
      TRY_LET(const sql::Rows rows, rows_.fetch(place_, batch));
      const bool last_batch = rows.size() < batch;
      TRY_LET(const bool skipped, take(rows));
      if (last_batch) break;
      batch = skipped ? kSeekRows : std::min(batch * 2, query_.count_max + 1);
    }
    return std::move(end_);
  }

 private:
  void start() {
    // A page that ended with a common prefix goes on behind all that it stands for.
    if (const auto prefix = prefix_of(place_.key)) {
      skip(*prefix);
    } else if (query_.prefix > place_.key) {
      place_ = {.key = query_.prefix, .is_inclusive = true};
    }
  }

  std::optional<std::string> prefix_of(std::string_view key) const {
    return common_prefix_of(key, query_.prefix, query_.delimiter);
  }

  /// Goes on behind every key that begins with `prefix`.
  void skip(const std::string& prefix) {
    auto next = after_all_of(prefix);
    done_ = !next.has_value();
    place_ = {.key = std::move(next).value_or(""), .is_inclusive = true};
  }

  /// True if the rows ended inside a common prefix, whose other keys are skipped.
  Result<bool> take(const sql::Rows& rows) {
    std::optional<std::string> inside;
    for (const sql::Row& row : rows) {
      const std::string key = row.text(1);
      if (inside && key.starts_with(*inside)) continue;
      inside = prefix_of(key);
      if (is_full(inside.value_or(key), inside.has_value())) return false;
      if (inside) {
        end_.common_prefixes.push_back(*inside);
      } else {
        TRY_LET(place_, rows_.take(row));
      }
    }
    if (inside) skip(*inside);
    return inside.has_value();
  }

  /// Counts an entry, or ends the page before it.
  bool is_full(std::string entry, bool is_prefix) {
    if (count_ < query_.count_max) {
      ++count_;
      end_.last = std::move(entry);
      end_.last_is_prefix = is_prefix;
      return false;
    }
    end_.truncated = true;
    done_ = true;
    return true;
  }

  WalkedRows& rows_;
  const WalkQuery& query_;
  WalkPlace place_;
  bool done_ = false;
  std::size_t count_ = 0;
  WalkEnd end_;
};

}  // namespace

std::string rows_from(const WalkPlace& place, const std::optional<std::string>& end,
                      std::string_view behind, sql::Values& values) {
  values.emplace_back(place.key);
  const std::size_t key = values.size();
  const bool with_key = place.is_inclusive || !place.within_key.empty();
  std::string where = fmt::format("key {} :{}", with_key ? ">=" : ">", key);
  if (!place.within_key.empty()) {
    values.emplace_back(place.within_key);
    where += fmt::format(" AND (key > :{} OR {} :{})", key, behind, values.size());
  }
  if (end) {
    values.emplace_back(*end);
    where += fmt::format(" AND key < :{}", values.size());
  }
  return where;
}

Result<WalkEnd> walk_keys(WalkedRows& rows, const WalkQuery& query, WalkPlace start) {
  return Walk(rows, query, std::move(start)).run();
}

}  // namespace tintype::bucket
