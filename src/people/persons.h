// The persons of the app: everybody with a valid token, of whichever issuer. A row is made when
// somebody first asks for their profile; from then on they have a handle.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "people/handle.h"
#include "sql/database.h"

namespace tintype::people {

/// Who asks, as the authorizer verified it, with what the token tells of them.
struct Caller {
  std::string sub;
  std::string name;   ///< The claim `name` or `preferred_username`; may be empty.
  std::string email;  ///< May be empty. Only the part before the @ is used, as a handle.
};

struct Profile {
  std::string sub;
  std::string handle;
  std::string display_name;
  std::string bio;
  std::int64_t revision = 0;  ///< Of what the person edits; grows with each change.
  Instant created_at;
  Instant updated_at;
};

/// What a person may change, parsed.
struct ProfileEdit {
  Handle handle;
  std::string display_name;
  std::string bio;
};

/// Thread-safe; blocks.
class Persons {
 public:
  /// A handle that was given up stays its owner's for so long, so that nobody slips into a name
  /// that others still know.
  static constexpr std::chrono::milliseconds kHandleKept = 30 * 24 * std::chrono::hours(1);
  /// Given-up handles that a person may hold at a time.
  static constexpr std::int64_t kHandlesKeptMax = 3;

  Persons(sql::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  /// The caller's profile; made if this is the first time. `denied` for somebody who was deleted.
  Result<Profile> own(const Caller& caller);
  /// The same inside a write.
  Result<Profile> own(sql::Session& session, const Caller& caller);
  /// `not_found` if nobody has this handle now.
  Result<Profile> find(const Handle& handle);

  enum class Outcome {
    saved,
    changed_meanwhile,  ///< It is not the revision that was edited.
    handle_taken,       ///< By somebody else, or kept for them.
    too_many_handles,   ///< kHandlesKeptMax were given up lately.
  };
  struct Edited {
    Outcome outcome;
    Profile profile;  ///< As it is now, whatever the outcome.
  };
  /// Replaces what the person edits, if it has one of `revisions` (empty: whichever it has). Errors
  /// as own(); `unavailable` if another node changed it in the same moment.
  Result<Edited> edit(const Caller& caller, const std::vector<std::int64_t>& revisions,
                      const ProfileEdit& edit);

 private:
  Result<Profile> make(sql::Session& session, const Caller& caller);
  Result<Outcome> claim(sql::Session& session, const Profile& current, const Handle& next);

  sql::Database& database_;
  const Clock& clock_;
};

/// True if `sub` was deleted and a token of theirs may still be valid. In the caller's transaction.
Result<bool> is_deleted(sql::Session& session, std::string_view sub);

}  // namespace tintype::people
