#pragma once

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "sql/database.h"

namespace tintype::sql {

/// Where statements are prepared. Its statements must be gone before it is closed.
struct Place {
  Engine engine;
  soci::session session;

  /// SQLite's own handle, which SOCI opened and closes.
  sqlite_api::sqlite3* sqlite() {
    return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
  }
};

}  // namespace tintype::sql
