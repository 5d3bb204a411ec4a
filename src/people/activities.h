// The feed: what persons tell, newest first. Ids sort as they were made, so that a page begins
// where the one before it ended, whatever was told in between.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "people/persons.h"
#include "sql/database.h"

namespace tintype::people {

/// With what a page shows of its author.
struct Activity {
  std::string id;
  std::string text;
  std::optional<std::string> reply_to;  ///< The id of an activity that may be gone.
  Instant created_at;
  Profile author;  ///< Without its bio.
};

/// What parse_cursor takes of a page's end.
std::string write_cursor(std::string_view id);
/// The id that a page ended with. `invalid_argument` for what write_cursor did not make.
Result<std::string> parse_cursor(std::string_view cursor);
/// True for what make_id() makes.
bool is_activity_id(std::string_view text);

/// Thread-safe; blocks.
class Activities {
 public:
  static constexpr std::int64_t kPerMinuteMax = 30;  ///< Of one person.
  static constexpr std::size_t kPageMax = 100;

  Activities(sql::Database& database, Persons& persons, const Clock& clock)
      : database_(database), persons_(persons), clock_(clock) {}

  struct Told {
    std::string text;                     ///< As parse_prose made it.
    std::optional<std::string> reply_to;  ///< As is_activity_id wants it.
  };
  /// `not_found` if there is nothing to reply to, `conflict` over kPerMinuteMax, and errors as
  /// Persons::own.
  Result<Activity> add(const Caller& caller, const Told& told);

  struct Wanted {
    std::optional<std::string> sub;     ///< Of this person alone.
    std::optional<std::string> before;  ///< The id that the last page ended with.
    std::size_t count_max = 20;         ///< 1 to kPageMax.
  };
  struct Page {
    std::vector<Activity> activities;
    bool more = false;
  };
  /// One query, however many there are.
  Result<Page> page(const Wanted& wanted);
  /// `not_found` for an unknown id.
  Result<Activity> find(std::string_view id);
  /// `not_found` for an unknown id, `denied` for somebody else's.
  Status remove(std::string_view sub, std::string_view id);

 private:
  sql::Database& database_;
  Persons& persons_;
  const Clock& clock_;
};

}  // namespace tintype::people
