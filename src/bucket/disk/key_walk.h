// The walk over keys that every listing is: a page of them in order, of which those that share all
// up to a delimiter are told as one. It costs as much as the page, however much lies under a common
// prefix.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/database.h"

namespace tintype::bucket {

/// Where a walk goes on.
struct WalkPlace {
  std::string key = {};
  bool is_inclusive = false;  ///< With all rows of `key`.
  /// Of rows that share a key: those of `key` that come behind this one, too. Empty: none.
  std::string within_key = {};
};

/// The rows that are walked over, and what becomes of those that are on the page.
class WalkedRows {
 public:
  virtual ~WalkedRows() = default;
  /// The next `count` from `place` on, in order; the second column is the key. With the prefix
  /// alone, or others behind it.
  virtual Result<sql::Rows> fetch(const WalkPlace& place, std::size_t count) = 0;
  /// Takes one onto the page: the place behind it.
  virtual Result<WalkPlace> take(const sql::Row& row) = 0;
};

/// The SQL condition of the rows from `place` on and, with `end`, of keys before that; what it
/// refers to is added to `values`. `behind` compares rows of one key to `within_key`: "sequencer
/// <".
std::string rows_from(const WalkPlace& place, const std::optional<std::string>& end,
                      std::string_view behind, sql::Values& values);

struct WalkQuery {
  std::string prefix;
  std::string delimiter;      ///< Empty: none.
  std::size_t count_max = 0;  ///< Of rows and common prefixes together.
};
struct WalkEnd {
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  /// If truncated: the key or the common prefix that the page ends with.
  std::string last;
  bool last_is_prefix = false;
};

/// From `start` on; if that is inside a common prefix, from behind it.
Result<WalkEnd> walk_keys(WalkedRows& rows, const WalkQuery& query, WalkPlace start);

}  // namespace tintype::bucket
