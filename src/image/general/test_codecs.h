// For a test program that renders pictures: libvips is started before its tests, and must hold
// nothing after them. Include it in one of its files.
#pragma once

#include <gtest/gtest.h>
#include <vips/vips8>

#include "image/general/general.h"

/// Leaks of other people's code, which are not ours to mend.
extern "C" [[gnu::used]] inline const char*
__lsan_default_suppressions() {  // NOLINT: the sanitizer's name.
  return "leak:libdav1d.so\n"    // 1.0.0: a broken sequence header.
         "leak:libx265.so\n";    // 3.5: writing HEIC, which only the tests do.
}

namespace tintype::image::test {

/// The suite must leave nothing behind: neither libvips' buffers nor descriptors.
class Codecs final : public ::testing::Environment {
 public:
  void SetUp() override {
    const Status started = general_engine().start();
    ASSERT_TRUE(started) << started.error().message;
    vips_leak_set(TRUE);
  }
  void TearDown() override {
    EXPECT_EQ(vips_tracked_get_mem(), 0U);
    EXPECT_EQ(vips_tracked_get_allocs(), 0);
    EXPECT_EQ(vips_tracked_get_files(), 0);
    vips_shutdown();
  }
};
inline const auto* const kCodecs =
    ::testing::AddGlobalTestEnvironment(new Codecs);  // gtest owns it.

}  // namespace tintype::image::test
