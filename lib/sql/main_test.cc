#include <gtest/gtest.h>

#include <string_view>

#include "crash_writer_test.h"

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "write-until-killed")
    return tintype::sql::test::write_until_killed(argv[2]);
  testing::InitGoogleTest(&argc, argv);
  testing::GTEST_FLAG(death_test_style) = "threadsafe";  // There are threads.
  return RUN_ALL_TESTS();
}
