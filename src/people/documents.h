// What people see of each other, as JSON. The contract is docs/api/openapi.json.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "people/activities.h"
#include "people/persons.h"
#include "people/pictures.h"

namespace tintype::people {

/// A kind of picture of a person: the collection that it is uploaded to, and what it is shown in.
struct PictureKind {
  std::string collection;
  std::vector<std::string> variants;
};
/// Absent: the stack has no such collection.
struct PictureKinds {
  std::optional<PictureKind> avatar;
  std::optional<PictureKind> banner;
};

/// Writes documents. Thread-safe; blocks on the pictures.
class Documents {
 public:
  Documents(PictureKinds kinds, Pictures& pictures)
      : kinds_(std::move(kinds)), pictures_(pictures) {}

  /// {"handle","display_name","bio","avatar","banner","created_at","updated_at"}
  Result<std::string> person(const Profile& profile);
  /// {"activities":[...],"next":cursor|null}; one query for all pictures.
  Result<std::string> page(const Activities::Page& page);
  /// {"id","text","reply_to","created_at","author":{"handle","display_name","avatar"}}
  Result<std::string> activity(const Activity& activity);

 private:
  /// Of several persons.
  Result<Pictures::OfPersons> current(const std::optional<PictureKind>& kind,
                                      const std::vector<std::string>& subs);
  boost::json::value picture(const std::optional<PictureKind>& kind, const std::string& sub,
                             const Pictures::OfPersons& current);
  boost::json::object activity(const Activity& activity, const Pictures::OfPersons& avatars);

  const PictureKinds kinds_;
  Pictures& pictures_;
};

}  // namespace tintype::people
