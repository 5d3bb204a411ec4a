#pragma once

#include <string>

namespace tintype::sql::test {

/// The program that crash_test.cc kills: writes rows from several threads without end, and prints
/// the id of each that was acknowledged, one a line.
int write_until_killed(const std::string& url);

}  // namespace tintype::sql::test
