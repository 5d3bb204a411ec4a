#include "people/activities.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/random.h"
#include "base/text.h"

namespace tintype::people {
namespace {

constexpr std::string_view kCursorVersion = "1:";
constexpr std::size_t kIdSize = 26;
constexpr std::string_view kIdLetters = "0123456789abcdefghjkmnpqrstvwxyz";  // Crockford's.

constexpr std::string_view kSelect =
    "SELECT a.id, a.text, a.reply_to, a.created_at, p.sub, p.handle, p.display_name, p.created_at "
    "FROM activity a JOIN person p ON p.sub = a.sub ";

Activity read_activity(const sql::Row& row) {
  Profile author;
  author.sub = row.text(4);
  author.handle = row.text(5);
  author.display_name = row.text(6);
  author.created_at = from_epoch_ms(row.integer(7));
  return {.id = row.text(0),
          .text = row.text(1),
          .reply_to = row.is_null(2) ? std::nullopt : std::optional(row.text(2)),
          .created_at = from_epoch_ms(row.integer(3)),
          .author = std::move(author)};
}

Result<bool> exists(sql::Session& session, const std::string& id) {
  TRY_LET(const sql::Rows rows, session.query("SELECT 1 FROM activity WHERE id = :1", {id}));
  return !rows.empty();
}

/// Whether the oldest of the last kPerMinuteMax is less than a minute old.
Result<bool> told_enough(sql::Session& session, const std::string& sub, Instant now) {
  TRY_LET(const sql::Rows rows, session.query("SELECT created_at FROM activity WHERE sub = :1 "
                                              "ORDER BY id DESC LIMIT 1 OFFSET :2",
                                              {sub, Activities::kPerMinuteMax - 1}));
  return !rows.empty() && from_epoch_ms(rows.front().integer(0)) > now - std::chrono::minutes(1);
}

/// The statement of a page and its parameters.
struct Query {
  std::string statement;
  sql::Values values;
};

Query page_query(const Activities::Wanted& wanted) {
  Query query{.statement = std::string(kSelect), .values = {}};
  const auto where = [&query](std::string_view condition, const std::string& value) {
    query.values.emplace_back(value);
    query.statement += query.values.size() == 1 ? "WHERE " : "AND ";
    query.statement += std::string(condition) + " :" + std::to_string(query.values.size()) + " ";
  };
  if (wanted.sub) where("a.sub =", *wanted.sub);
  if (wanted.before) where("a.id <", *wanted.before);
  // One more than wanted tells whether there is another page.
  query.values.emplace_back(static_cast<std::int64_t>(wanted.count_max + 1));
  query.statement += "ORDER BY a.id DESC LIMIT :" + std::to_string(query.values.size());
  return query;
}

}  // namespace

bool is_activity_id(std::string_view text) {
  return text.size() == kIdSize && text.find_first_not_of(kIdLetters) == std::string_view::npos;
}

std::string write_cursor(std::string_view id) {
  return to_base64url(as_bytes(std::string(kCursorVersion) + std::string(id)));
}

Result<std::string> parse_cursor(std::string_view cursor) {
  const auto text = from_base64url(cursor);
  if (!text || !text->starts_with(kCursorVersion) ||
      !is_activity_id(std::string_view(*text).substr(kCursorVersion.size())))
    return fail(ErrorCode::invalid_argument, "is not one that a page ended with");
  return text->substr(kCursorVersion.size());
}

Result<Activity> Activities::add(const Caller& caller, const Told& told) {
  return within("tell", database_.write([&](sql::Session& session) -> Result<Activity> {
    TRY_LET(Profile author, persons_.own(session, caller));
    const Instant now = clock_.now();
    TRY_LET(const bool too_many, told_enough(session, caller.sub, now));
    if (too_many) return fail(ErrorCode::conflict, "too many in a minute");
    if (told.reply_to) {
      TRY_LET(const bool there, exists(session, *told.reply_to));
      if (!there) return fail(ErrorCode::not_found, "nothing to reply to");
    }
    Activity activity{.id = make_id(),
                      .text = told.text,
                      .reply_to = told.reply_to,
                      .created_at = now,
                      .author = std::move(author)};
    TRY(session.execute(
        "INSERT INTO activity (id, sub, text, reply_to, created_at) "
        "VALUES (:1, :2, :3, :4, :5)",
        {activity.id, caller.sub, activity.text,
         told.reply_to ? sql::Value(*told.reply_to) : sql::Value(nullptr), to_epoch_ms(now)}));
    return activity;
  }));
}

Result<Activities::Page> Activities::page(const Wanted& wanted) {
  ASSERT(wanted.count_max >= 1);
  ASSERT(wanted.count_max <= kPageMax);
  const Query query = page_query(wanted);
  TRY_LET(const sql::Rows rows,
          within("page of activities", database_.read([&](sql::Session& session) {
            return session.query(query.statement, query.values);
          })));
  Page page;
  page.more = rows.size() > wanted.count_max;
  for (const sql::Row& row : rows)
    if (page.activities.size() < wanted.count_max) page.activities.push_back(read_activity(row));
  return page;
}

Result<Activity> Activities::find(std::string_view id) {
  return within("find activity", database_.read([&](sql::Session& session) -> Result<Activity> {
    TRY_LET(const sql::Rows rows,
            session.query(std::string(kSelect) + "WHERE a.id = :1", {std::string(id)}));
    if (rows.empty()) return fail(ErrorCode::not_found, "no such activity");
    return read_activity(rows.front());
  }));
}

Status Activities::remove(std::string_view sub, std::string_view id) {
  return within(
      "remove activity",
      database_.write(std::function<Status(sql::Session&)>([&](sql::Session& session) -> Status {
        TRY_LET(const sql::Rows rows,
                session.query("SELECT sub FROM activity WHERE id = :1", {std::string(id)}));
        if (rows.empty()) return fail(ErrorCode::not_found, "no such activity");
        if (rows.front().text(0) != sub) return fail(ErrorCode::denied, "somebody else's");
        TRY(session.execute("DELETE FROM activity WHERE id = :1", {std::string(id)}));
        return {};
      })));
}

}  // namespace tintype::people
