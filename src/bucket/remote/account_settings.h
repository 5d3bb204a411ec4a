#pragma once

#include <string>

#include "base/config.h"
#include "bucket/remote/remote_client.h"

namespace tintype::bucket {

/// [remote.NAME]: an account at another S3. Errors name file, line, setting, value and remedy.
Result<RemoteAccount> read_account(const std::string& name, const config::Table& table);

}  // namespace tintype::bucket
