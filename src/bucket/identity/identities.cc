#include "bucket/identity/identities.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "crypto/seal.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kOwnerIdSizeMax = 64;
constexpr std::size_t kDisplayNameSizeMax = 256;

bool is_owner_character(char c) { return is_access_key_character(c) || c == '@'; }

Status check(const Identities::Addition& addition) {
  const std::string& id = addition.owner_id;
  if (id.empty() || id.size() > kOwnerIdSizeMax || !std::ranges::all_of(id, is_owner_character))
    return fail(ErrorCode::invalid_argument,
                "owner '" + id + "': must be 1 to 64 of A-Z a-z 0-9 . _ - @");
  if (const auto& name = addition.display_name;
      name && (name->empty() || name->size() > kDisplayNameSizeMax || !is_utf8(*name)))
    return fail(ErrorCode::invalid_argument, "display name: must be 1 to 256 bytes of UTF-8");
  for (const auto& [bucket, rights] : addition.rights)
    if (bucket != kEveryBucket)
      TRY(within("rights on '" + bucket + "'", BucketName::parse(bucket)));
  return check_access_key(addition.key.id, addition.key.secret);
}

/// What a sealed secret is bound to: the row of another key does not open it.
std::string seal_context(std::string_view access_key_id) {
  return "access_key " + std::string(access_key_id);
}

constexpr std::string_view kIdentityColumns =
    "access_key.id, bucket_owner.id, bucket_owner.display_name, bucket_owner.may_create, "
    "access_key.created_at, "
    "access_key.expires_at";
constexpr std::size_t kIdentityColumnCount = 6;

Identity read_identity(const sql::Row& row) {
  Identity identity{.access_key_id = row.text(0),
                    .owner = {.id = row.text(1), .display_name = row.text(2)},
                    .may_create = row.integer(3) != 0,
                    .rights = {},
                    .created_at = from_epoch_ms(row.integer(4))};
  if (!row.is_null(5)) identity.expires_at = from_epoch_ms(row.integer(5));
  return identity;
}

Result<RightsByBucket> find_rights(sql::Session& session, const std::string& owner_id) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT bucket, rights FROM bucket_right WHERE owner = :1", {owner_id}));
  RightsByBucket rights;
  for (const sql::Row& row : rows) {
    const auto parsed = parse_rights(row.text(1));
    if (!parsed) return fail(ErrorCode::corrupt, "rights: " + parsed.error().message);
    rights.emplace(row.text(0), *parsed);
  }
  return rights;
}

Status write_owner_row(sql::Session& session, const Identities::Addition& addition, Instant now) {
  const std::string& id = addition.owner_id;
  TRY(
      session.execute("INSERT INTO bucket_owner (id, display_name, may_create, created_at)"
                      " VALUES (:1, :2, :3, :4) ON CONFLICT (id) DO NOTHING",
                      {id, addition.display_name.value_or(id),
                       std::int64_t{addition.may_create.value_or(true)}, to_epoch_ms(now)}));
  if (addition.display_name)
    TRY(session.execute("UPDATE bucket_owner SET display_name = :1 WHERE id = :2",
                        {*addition.display_name, id}));
  if (addition.may_create)
    TRY(session.execute("UPDATE bucket_owner SET may_create = :1 WHERE id = :2",
                        {std::int64_t{*addition.may_create}, id}));
  for (const auto& [bucket, rights] : addition.rights) {
    TRY(session.execute("DELETE FROM bucket_right WHERE owner = :1 AND bucket = :2", {id, bucket}));
    if (rights.empty()) continue;
    TRY(session.execute("INSERT INTO bucket_right (owner, bucket, rights) VALUES (:1, :2, :3)",
                        {id, bucket, to_string(rights)}));
  }
  return {};
}

Result<std::string> find_owner_of(sql::Session& session, const std::string& access_key_id) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT owner FROM access_key WHERE id = :1", {access_key_id}));
  if (rows.empty()) return fail(ErrorCode::not_found, "none such");
  return rows[0].text(0);
}

/// An owner that nothing refers to any more.
Status remove_idle_owner(sql::Session& session, const std::string& id) {
  if (id == kNodeOwner) return {};
  TRY(session.execute(
      "DELETE FROM bucket_owner WHERE id = :1"
      " AND NOT EXISTS (SELECT 1 FROM access_key WHERE access_key.owner = bucket_owner.id)"
      " AND NOT EXISTS (SELECT 1 FROM bucket WHERE bucket.owner = bucket_owner.id)",
      {id}));
  return {};
}

std::string context_of(std::string_view intent, std::string_view access_key_id) {
  return std::string(intent) + " access key '" + std::string(access_key_id) + "'";
}

}  // namespace

Rights Identity::rights_on(const BucketName& bucket) const {
  const auto on = [&](std::string_view name) {
    const auto found = rights.find(std::string(name));
    return found == rights.end() ? Rights() : found->second;
  };
  return on(kEveryBucket) | on(bucket.str());
}

Result<Signatory> Identities::find(const std::string& access_key_id) {
  auto found = database_.read([&](sql::Session& session) -> Result<Signatory> {
    TRY_LET(
        const sql::Rows rows,
        session.query(
            "SELECT " + std::string(kIdentityColumns) +
                ", access_key.sealed_secret FROM access_key"
                " JOIN bucket_owner ON bucket_owner.id = access_key.owner WHERE access_key.id = :1",
            {access_key_id}));
    if (rows.empty()) return fail(ErrorCode::not_found, "none such");
    Signatory signatory{.identity = read_identity(rows[0]), .secret = {}};
    Identity& identity = signatory.identity;
    if (identity.expires_at && *identity.expires_at <= clock_.now())
      return fail(ErrorCode::not_found, "expired");
    TRY_LET(identity.rights, find_rights(session, identity.owner.id));
    TRY_LET(const std::string sealed, from_base64(rows[0].text(kIdentityColumnCount)));
    TRY_LET(signatory.secret, crypto::unseal(seal_key_, sealed, seal_context(access_key_id)));
    return signatory;
  });
  return within(context_of("find", access_key_id), std::move(found));
}

Result<BucketOwner> Identities::owner(const std::string& id) {
  return database_.read([&](sql::Session& session) -> Result<BucketOwner> {
    TRY_LET(const sql::Rows rows,
            session.query("SELECT display_name FROM bucket_owner WHERE id = :1", {id}));
    if (rows.empty()) return fail(ErrorCode::not_found, "owner '" + id + "': none such");
    return BucketOwner{.id = id, .display_name = rows[0].text(0)};
  });
}

Result<std::vector<Identity>> Identities::list() {
  auto listed = database_.read([](sql::Session& session) -> Result<std::vector<Identity>> {
    TRY_LET(const sql::Rows rows,
            session.query("SELECT " + std::string(kIdentityColumns) +
                          " FROM access_key JOIN bucket_owner ON bucket_owner.id = access_key.owner"
                          " ORDER BY bucket_owner.id, access_key.created_at, access_key.id"));
    std::vector<Identity> identities;
    for (const sql::Row& row : rows) {
      identities.push_back(read_identity(row));
      TRY_LET(identities.back().rights, find_rights(session, identities.back().owner.id));
    }
    return identities;
  });
  return within("list access keys", std::move(listed));
}

Status Identities::insert_key(sql::Session& session, const std::string& owner_id,
                              const AccessKey& key) const {
  const std::string sealed = crypto::seal(seal_key_, key.secret, seal_context(key.id));
  TRY_LET(
      const std::int64_t count,
      session.execute("INSERT INTO access_key (id, owner, sealed_secret, created_at)"
                      " VALUES (:1, :2, :3, :4) ON CONFLICT (id) DO NOTHING",
                      {key.id, owner_id, to_base64(as_bytes(sealed)), to_epoch_ms(clock_.now())}));
  return count == 0 ? fail(ErrorCode::conflict, "somebody has it") : Status();
}

Status Identities::add(const Addition& addition) {
  TRY(check(addition));
  Status added = database_.write([&](sql::Session& session) -> Status {
    TRY(write_owner_row(session, addition, clock_.now()));
    return insert_key(session, addition.owner_id, addition.key);
  });
  return within(context_of("add", addition.key.id), std::move(added));
}

Result<std::string> Identities::rotate(const std::string& access_key_id,
                                       std::chrono::milliseconds overlap, const AccessKey& next) {
  TRY(check_access_key(next.id, next.secret));
  auto rotated = database_.write([&](sql::Session& session) -> Result<std::string> {
    TRY_LET(std::string owner_id, find_owner_of(session, access_key_id));
    const Instant now = clock_.now();
    TRY(session.execute("DELETE FROM access_key WHERE owner = :1 AND expires_at <= :2 AND id <> :3",
                        {owner_id, to_epoch_ms(now), access_key_id}));
    // Whoever rotates twice does not make the old key live longer.
    TRY(
        session.execute("UPDATE access_key SET expires_at = :1 WHERE id = :2"
                        " AND (expires_at IS NULL OR expires_at > :3)",
                        {to_epoch_ms(now + overlap), access_key_id, to_epoch_ms(now + overlap)}));
    TRY(insert_key(session, owner_id, next));
    return owner_id;
  });
  return within(context_of("rotate", access_key_id), std::move(rotated));
}

Status Identities::remove(const std::string& access_key_id) {
  Status removed = database_.write([&](sql::Session& session) -> Status {
    TRY_LET(const std::string owner_id, find_owner_of(session, access_key_id));
    TRY(session.execute("DELETE FROM access_key WHERE id = :1", {access_key_id}));
    return remove_idle_owner(session, owner_id);
  });
  return within(context_of("remove", access_key_id), std::move(removed));
}

}  // namespace tintype::bucket
