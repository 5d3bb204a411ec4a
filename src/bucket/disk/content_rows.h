// Which rows name which contents.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sql/database.h"

namespace tintype::bucket {

/// Of objects their versions, too. At most one row names a content.
enum class NamedBy { nobody, object, part };
Result<NamedBy> find_namer(sql::Database& database, const std::string& content_id);

/// Goes through the rows of `query` in pages, each a read of its own. The query's first column is a
/// content id; it has rows with a greater one than :1, in that order, at most :2.
Status each_content_row(sql::Database& database, std::string_view query,
                        const std::function<Status(const sql::Row&)>& visit);

}  // namespace tintype::bucket
