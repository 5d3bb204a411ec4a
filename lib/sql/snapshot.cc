#include "sql/snapshot.h"

#include "base/file.h"
#include "sql/connection.h"

namespace tintype::sql {

Status write_snapshot(const std::string& url, const std::filesystem::path& to) {
  TRY_LET(const Address address, Address::parse(url));
  if (address.engine != Engine::sqlite)
    return fail(ErrorCode::unsupported, "snapshot: PostgreSQL has pg_dump for that");
  if (std::filesystem::exists(to)) return fail(ErrorCode::conflict, to.string() + ": exists");
  TRY_LET(const auto connection, Connection::open(address, Purpose::write));
  // Outside of a transaction, as it must be; it reads in one of its own.
  TRY(within("snapshot to '" + to.string() + "'",
             connection->execute("VACUUM INTO :1", {to.string()})));
  TRY_LET(const Fd file, open_file(to));
  TRY(sync_content(file.get(), to));
  return sync_folder(to.parent_path());
}

}  // namespace tintype::sql
