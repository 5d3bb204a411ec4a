#include "function/manifest.h"

#include "event/record.h"

namespace tintype::function {
namespace {

// Only nodes that share a PostgreSQL race for a row; each race has a winner.
constexpr int kRacesMax = 8;

/// Behind that of every write (bucket/store.h: 16 hexadecimal digits, of the time).
constexpr std::string_view kLastSequencer = "ffffffffffffffff";

constexpr std::string_view kBodyBegin = R"({"assets":)";
constexpr std::string_view kBodyEnd = "}";

std::string write_body(const std::vector<Asset>& assets) {
  return std::string(kBodyBegin) + assets_to_json(assets) + std::string(kBodyEnd);
}

Result<std::vector<Asset>> read_body(std::string_view body) {
  if (!body.starts_with(kBodyBegin) || !body.ends_with(kBodyEnd))
    return fail(ErrorCode::corrupt, "no assets");
  body.remove_prefix(kBodyBegin.size());
  body.remove_suffix(kBodyEnd.size());
  return assets_from_json(body);
}

std::string name_of(std::string_view collection, const bucket::Owner& owner) {
  return "manifest '" + std::string(collection) + "/" + owner.segment() + "'";
}

Result<std::int64_t> insert(sql::Session& session, const Manifest& next) {
  return session.execute(
      "INSERT INTO manifest (collection, owner, sequencer, upload_id, body, updated_at)"
      " VALUES (:1, :2, :3, :4, :5, :6) ON CONFLICT (collection, owner) DO NOTHING",
      {next.collection, next.owner.str(), next.sequencer, next.upload_id, write_body(next.assets),
       to_epoch_ms(next.updated_at)});
}

Result<std::int64_t> replace(sql::Session& session, const Manifest& current, const Manifest& next) {
  return session.execute(
      "UPDATE manifest SET sequencer = :1, upload_id = :2, body = :3, updated_at = :4"
      " WHERE collection = :5 AND owner = :6 AND sequencer = :7 AND upload_id = :8",
      {next.sequencer, next.upload_id, write_body(next.assets), to_epoch_ms(next.updated_at),
       next.collection, next.owner.str(), current.sequencer, current.upload_id});
}

}  // namespace

std::strong_ordering compare_writes(const Manifest& a, const Manifest& b) {
  const auto order = event::compare_sequencers(a.sequencer, b.sequencer);
  return order != 0 ? order : a.upload_id <=> b.upload_id;
}

Result<Manifest> Manifests::find(std::string_view collection, const bucket::Owner& owner) {
  return database_.read([&](sql::Session& session) { return find(session, collection, owner); });
}

Result<Manifest> Manifests::find(sql::Session& session, std::string_view collection,
                                 const bucket::Owner& owner) {
  TRY_LET(const auto rows,
          session.query("SELECT sequencer, upload_id, body, updated_at FROM manifest"
                        " WHERE collection = :1 AND owner = :2",
                        {std::string(collection), owner.str()}));
  if (rows.empty()) return fail(ErrorCode::not_found, name_of(collection, owner) + ": none");
  const sql::Row& row = rows.front();
  TRY_LET(auto assets, within(name_of(collection, owner), read_body(row.text(2))));
  return Manifest{.collection = std::string(collection),
                  .owner = owner,
                  .upload_id = row.text(1),
                  .sequencer = row.text(0),
                  .assets = std::move(assets),
                  .updated_at = from_epoch_ms(row.integer(3))};
}

Result<std::vector<Manifest>> Manifests::find_all(std::string_view collection,
                                                  const std::vector<std::string>& owners) {
  std::vector<Manifest> manifests;
  if (owners.empty()) return manifests;
  std::string statement =
      "SELECT owner, sequencer, upload_id, body, updated_at FROM manifest"
      " WHERE collection = :1 AND owner IN (";
  sql::Values values = {std::string(collection)};
  for (const std::string& owner : owners) {
    values.emplace_back(owner);
    statement += (values.size() == 2 ? ":" : ", :") + std::to_string(values.size());
  }
  TRY_LET(const auto rows, database_.read([&](sql::Session& session) {
    return session.query(statement + ")", values);
  }));
  for (const sql::Row& row : rows) {
    TRY_LET(auto owner, bucket::Owner::parse(row.text(0)));
    TRY_LET(auto assets, within(name_of(collection, owner), read_body(row.text(3))));
    manifests.push_back({.collection = std::string(collection),
                         .owner = std::move(owner),
                         .upload_id = row.text(2),
                         .sequencer = row.text(1),
                         .assets = std::move(assets),
                         .updated_at = from_epoch_ms(row.integer(4))});
  }
  return manifests;
}

Status Manifests::close(sql::Session& session, std::string_view collection,
                        const bucket::Owner& owner, Instant now) {
  TRY(session.execute(
      "INSERT INTO manifest (collection, owner, sequencer, upload_id, body,"
      " updated_at) VALUES (:1, :2, :3, '', :4, :5)"
      " ON CONFLICT (collection, owner) DO UPDATE SET sequencer = excluded.sequencer,"
      " upload_id = '', body = excluded.body, updated_at = excluded.updated_at",
      {std::string(collection), owner.str(), std::string(kLastSequencer), write_body({}),
       to_epoch_ms(now)}));
  return {};
}

Status Manifests::forget(sql::Session& session, const bucket::Owner& owner) {
  TRY(session.execute("DELETE FROM manifest WHERE owner = :1", {owner.str()}));
  return {};
}

Result<std::optional<Manifest>> Manifests::swap(sql::Session& session, const Manifest& next) {
  for (int race = 0; race < kRacesMax; ++race) {
    auto current = find(session, next.collection, next.owner);
    if (!current && current.error().code != ErrorCode::not_found)
      return std::unexpected(current.error());
    if (!current) {
      TRY_LET(const std::int64_t inserted, insert(session, next));
      if (inserted == 1) return std::nullopt;
      continue;
    }
    const auto order = compare_writes(next, *current);
    if (order < 0)
      return fail(ErrorCode::conflict,
                  name_of(next.collection, next.owner) + ": a newer one is there");
    if (order == 0) return std::nullopt;
    TRY_LET(const std::int64_t replaced, replace(session, *current, next));
    if (replaced == 1) return *std::move(current);
  }
  return fail(ErrorCode::unavailable, name_of(next.collection, next.owner) + ": contended");
}

}  // namespace tintype::function
