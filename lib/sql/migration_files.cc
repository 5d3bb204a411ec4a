#include "sql/migration_files.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/file.h"
#include "base/text.h"

namespace tintype::sql {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDigits = 4;

/// The files of one id, by what is between it and ".sql": "up", "sqlite.down".
using Texts = std::map<std::string, std::string, std::less<>>;

std::unexpected<Error> refuse(const fs::path& path, std::string_view what) {
  return fail(ErrorCode::invalid_argument,
              "migration file '" + path.string() + "': " + std::string(what));
}

bool is_id(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_name = [&](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_'; };
  return text.size() > kDigits + 1 && text[kDigits] == '_' &&
         std::ranges::all_of(text.substr(0, kDigits), is_digit) &&
         std::ranges::all_of(text.substr(kDigits), is_name);
}

bool is_role(std::string_view text) {
  constexpr std::array<std::string_view, 6> kRoles = {
      "up", "down", "sqlite.up", "sqlite.down", "postgresql.up", "postgresql.down"};
  return std::ranges::find(kRoles, text) != kRoles.end();
}

Result<std::map<std::string, Texts>> read_files(const fs::path& folder) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) return errno_error("read migrations of", folder.string(), error.value());
  std::map<std::string, Texts> files;
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const fs::path& path = entries->path();
    if (path.extension() != ".sql") continue;
    const std::string name = path.stem().string();  // "0003_x.sqlite.up"
    const std::size_t dot = std::min(name.find('.'), name.size());
    const std::string id = name.substr(0, dot);
    const std::string role = dot == name.size() ? "" : name.substr(dot + 1);
    if (!is_id(id) || !is_role(role))
      return refuse(path,
                    "not named NNNN_name[.sqlite|.postgresql].up.sql or .down.sql; rename it");
    TRY_LET(files[id][role], read_file(path, kMigrationSizeMax));
  }
  if (error) return errno_error("read migrations of", folder.string(), error.value());
  return files;
}

/// `prefix`: "", "sqlite.", "postgresql.".
Result<Migration> join(const fs::path& folder, const std::string& id, const Texts& texts,
                       std::string_view prefix, std::optional<Engine> only) {
  Migration migration{.id = id, .up = "", .down = "", .only = only};
  for (const auto& [role, text] :
       {std::pair("up", &migration.up), std::pair("down", &migration.down)}) {
    const std::string whole = std::string(prefix) + role;
    const auto found = texts.find(whole);
    if (found == texts.end())
      return refuse(folder / (id + "." + whole + ".sql"),
                    "is missing; every migration has an up and a down, for each engine");
    *text = found->second;
  }
  return migration;
}

}  // namespace

Result<std::vector<Migration>> load_migrations(const fs::path& folder) {
  TRY_LET(const auto files, read_files(folder));
  std::vector<Migration> all;
  for (const auto& [id, texts] : files) {
    if (texts.contains("up") || texts.contains("down")) {
      if (texts.size() > 2)
        return refuse(folder / (id + ".*.sql"), "is for one engine and for both; keep one way");
      TRY_LET(all.emplace_back(), join(folder, id, texts, "", std::nullopt));
      continue;
    }
    TRY_LET(all.emplace_back(), join(folder, id, texts, "sqlite.", Engine::sqlite));
    TRY_LET(all.emplace_back(), join(folder, id, texts, "postgresql.", Engine::postgresql));
  }
  return all;
}

}  // namespace tintype::sql
