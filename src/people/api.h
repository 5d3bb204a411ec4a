// The app's backend over HTTP: profiles, persons and the feed. The contract, with every status, is
// docs/api/openapi.json; docs/api/people.md tells it to people.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>

#include "base/blocking_pool.h"
#include "http/message.h"
#include "people/activities.h"
#include "people/deletions.h"
#include "people/documents.h"
#include "people/persons.h"

namespace tintype::people {

/// Thread-safe.
class Api {
 public:
  static constexpr std::size_t kBodySizeMax = 16 * 1024;

  struct Parts {
    Persons& persons;
    Activities& activities;
    Deletions& deletions;
    Documents& documents;
    BlockingPool& pool;
  };
  explicit Api(Parts parts) : parts_(parts) {}

  /// GET /api/profile: one's own, with the ETag of what can be edited; made if it is the first
  /// time.
  Task<http::Response> own_profile(http::Request& request, Caller caller);
  /// PUT /api/profile: all of what can be edited, with the If-Match of what was read.
  Task<http::Response> put_profile(http::Request& request, Caller caller);
  /// DELETE /api/profile: the person, with everything.
  Task<http::Response> delete_profile(http::Request& request, Caller caller);
  /// GET /api/people/{handle}
  Task<http::Response> person(http::Request& request, std::string handle);

  /// POST /api/activities
  Task<http::Response> tell(http::Request& request, Caller caller);
  /// GET /api/activities?limit=&cursor=
  Task<http::Response> feed(http::Request& request);
  /// GET /api/people/{handle}/activities?limit=&cursor=
  Task<http::Response> feed_of(http::Request& request, std::string handle);
  /// GET /api/activities/{id}
  Task<http::Response> activity(http::Request& request, std::string id);
  /// DELETE /api/activities/{id}
  Task<http::Response> delete_activity(http::Request& request, Caller caller, std::string id);

 private:
  Result<http::Response> find_page(Activities::Wanted wanted);
  http::Response edited(const http::Request& request, const Persons::Edited& edited);

  Parts parts_;
};

}  // namespace tintype::people
