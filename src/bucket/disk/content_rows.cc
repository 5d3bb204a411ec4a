#include "bucket/disk/content_rows.h"

namespace tintype::bucket {

namespace {
constexpr std::int64_t kRowsAtOnce = 1000;
}  // namespace

Result<NamedBy> find_namer(sql::Database& database, const std::string& content_id) {
  return database.read([&](sql::Session& session) -> Result<NamedBy> {
    TRY_LET(const sql::Rows objects,
            session.query("SELECT 1 FROM object WHERE content_id = :1 UNION ALL"
                          " SELECT 1 FROM object_version WHERE content_id = :1",
                          {content_id}));
    if (!objects.empty()) return NamedBy::object;
    TRY_LET(const sql::Rows parts,
            session.query("SELECT 1 FROM part WHERE content_id = :1", {content_id}));
    return parts.empty() ? NamedBy::nobody : NamedBy::part;
  });
}

Status each_content_row(sql::Database& database, std::string_view query,
                        const std::function<Status(const sql::Row&)>& visit) {
  std::string after;
  for (;;) {
    TRY_LET(const sql::Rows rows, database.read([&](sql::Session& session) {
      return session.query(query, {after, kRowsAtOnce});
    }));
    for (const sql::Row& row : rows) TRY(visit(row));
    if (rows.size() < static_cast<std::size_t>(kRowsAtOnce)) return {};
    after = rows.back().text(0);
  }
}

}  // namespace tintype::bucket
